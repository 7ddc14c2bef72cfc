"""Automations, scripts and scenes.

A change travels: a trigger of `triggers/` fires → `automation.py` checks the conditions of `conditions/` → `script.py`
starts or refuses a run by its mode → `run.py` takes the actions of `actions/` one after the other.
"""
