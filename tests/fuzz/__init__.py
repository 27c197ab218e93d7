"""Random hostile text and random wrong answers, many of them, and the same ones at every run."""
