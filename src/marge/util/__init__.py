"""Leaf helpers: they import nothing of Marge."""
