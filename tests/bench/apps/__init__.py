"""Textual applications to be compared with: scripts that import nothing of this project."""
