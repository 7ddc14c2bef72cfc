"""The program: builds every subsystem in the order written in `app.py`, starts them, stops them in reverse."""
