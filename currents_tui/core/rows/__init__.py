"""Painters: values and a clock in, lines of toned text out. They know no widget and no colour."""
