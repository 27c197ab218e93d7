"""Textual applications to be compared with: each a script of its own, that imports nothing of this project."""
