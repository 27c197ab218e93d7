"""`currents-tui config`: where the settings file is, and what is set where."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from currents_tui.cli import out
from currents_tui.cli.exit_codes import Exit
from currents_tui.cli.settings import Settings
from currents_tui.cli.settings_file import settings_path
from currents_tui.cli.verb_options import config_parser
from currents_tui.core.text import plain


def config(arguments: Sequence[str], environ: Mapping[str, str], started: float) -> int:
    """`currents-tui config path|show`. Raises `Problem` for a file that cannot be read as meant."""
    options = config_parser().parse_args(arguments)
    path = settings_path(environ)
    shown = plain(str(path))
    if options.what == "path":
        out.line(shown)
        if not os.path.exists(path):  # noqa: PTH110  which a folder that may not be looked into is no error to
            out.tell("There is no file there yet.")
        return Exit.OK
    settings = Settings(options, environ)
    rows = [("file", shown, "there" if settings.file.exists else "not there"), *settings.shown()]
    names, values = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, value, source in rows:
        out.line(f"{name:<{names}}  {value:<{values}}  {source}")
    return Exit.OK
