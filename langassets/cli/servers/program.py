"""Dagster's own programs, as our commands start them: in colours at a terminal alone.

Dagster colours whatever it logs, also where that is a file, and has no setting for it.
"""

import logging
import sys
from importlib.metadata import entry_points
from typing import Any

import coloredlogs
from dagster._grpc import server

_SELF = "langassets.cli.servers.program"


def become(name: str, *arguments: str) -> None:
    """Be one of Dagster's programs from now on."""
    log_plainly_in_files()
    # A code server starts another one, which loads the code, as this function says.
    starting: Any = server
    starting.get_python_environment_entry_point = lambda executable: [executable, "-m", _SELF, "dagster"]
    [program] = entry_points(group="console_scripts", name=name)
    sys.argv = [name, *arguments]
    program.load()()


def log_plainly_in_files() -> None:
    """Have Dagster log without ANSI codes where standard output is no terminal."""
    if not sys.stdout.isatty():
        coloredlogs.ColoredFormatter = lambda fmt, datefmt, **_styles: logging.Formatter(fmt, datefmt)


if __name__ == "__main__":
    become(*sys.argv[1:])
