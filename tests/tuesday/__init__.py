"""A day of the demo home in a test: the hub, its devices over real sockets, and a client that notes every event."""
