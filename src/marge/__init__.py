"""Marge, a smart-home hub."""

__version__ = "0.1.0"
