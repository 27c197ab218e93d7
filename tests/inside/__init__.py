"""What Python imports at its start in the processes of the tests, for this folder is on their path."""
