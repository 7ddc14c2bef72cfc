"""Tasmota 14 built with Home Assistant discovery (USE_HOME_ASSISTANT, SetOption19 1): each device its own client.

The firmware names a device only in its last message; here each message does, as those of Tasmota 8 did, so that the
ids of entities do not hang on which message a hub reads first.
"""
