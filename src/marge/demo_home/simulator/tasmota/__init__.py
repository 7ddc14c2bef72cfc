"""Tasmota 14 built with Home Assistant discovery (USE_HOME_ASSISTANT, SetOption19 1): each device its own client."""
