"""Talking to the hub: sentences of triggers, and what is answered.

`template.py` reads a sentence with its alternatives, `match.py` compares it with what was said, `registry.py` keeps the
sentences of all triggers, `agent.py` answers.
"""
