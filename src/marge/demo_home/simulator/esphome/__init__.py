"""ESPHome nodes with the `mqtt:` component: each its own client, with abbreviated discovery of every component."""
