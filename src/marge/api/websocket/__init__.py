"""The WebSocket API: `session.py` thinks, `outbox.py` holds what is to be sent, `connection.py` talks to the server."""
