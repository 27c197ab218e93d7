"""`python -m currents_tui`: the same program as the installed command."""

from currents_tui.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
