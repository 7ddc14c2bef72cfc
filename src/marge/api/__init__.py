"""The Home-Assistant-compatible surface: REST, WebSocket, login; see `server.py` for how a request travels."""
