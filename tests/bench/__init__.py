"""`python -m tests.bench`: the installed program against its budgets, beside what people use in its place."""
