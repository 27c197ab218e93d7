"""A simulated Currents service over real HTTP, for the demo and the tests.

It shares no code with the client: it writes JSON as the service does, so that a misreading of the
format cannot hide by being made twice. Standard library only.
"""
