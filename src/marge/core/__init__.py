"""The heart: states, events, services, contexts, time. Knows only `marge.util`; import its modules by name."""
