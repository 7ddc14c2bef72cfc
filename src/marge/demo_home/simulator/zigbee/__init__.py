"""Zigbee2MQTT: one gateway with a connection, and the radio devices behind it.

Topics and payloads follow Zigbee2MQTT 2.1 with its Home Assistant extension and event entities switched on.
"""
