"""Plays the devices of the demo home: each speaks MQTT as the firmware that it stands for does."""
