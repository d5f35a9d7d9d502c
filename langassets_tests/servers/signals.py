"""Signals, as a program gets them that somebody starts by hand."""

import signal


def heed_signals() -> None:
    """To be run in a child before it becomes the program: what a background job inherits ignores Ctrl-C, and
    then Dagster's programs heed SIGTERM no more."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
