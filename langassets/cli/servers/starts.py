"""A start of `langassets ui`, noted so that nothing of it outlives its launcher."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import psutil

from langassets.cli.servers import children
from langassets.cli.servers.children import Start, end, forget, kill, noted
from langassets.defs.runs.processes import identity, may_be_alive, this_process
from langassets.errors import LangassetsError


@contextmanager
def ended_with_us(record: Path, mark: str) -> Iterator[None]:
    """While the block runs, see to it that nothing with `mark` in its environment outlives this process.

    `record` is where the start is noted; what was left of one noted before is to be ended first.
    """
    record.write_text(json.dumps(asdict(Start(mark, this_process(), os.getpid()))), encoding="utf-8")
    # A session of its own: what ends the launcher's terminal or group does not end it.
    watcher = subprocess.Popen(  # noqa: S603 (the command is our own)
        [sys.executable, "-m", children.__name__, str(record), mark],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield
    finally:
        kill(mark)
        forget(record, mark)
        watcher.communicate()


def end_left_over(record: Path) -> list[str]:
    """End what the start noted in `record` left behind; the commands of what was ended.

    Raises `LangassetsError` where that start is still under way.
    """
    start = noted(record)
    if start is None:
        return []
    if _runs(start):
        raise LangassetsError(
            f"`langassets ui` runs already, as process {start.pid}: stop that one first, or give this one "
            "a LANGASSETS_HOME of its own."
        )
    ended = end(start.mark)
    forget(record, start.mark)
    return ended


def _runs(start: Start) -> bool:
    with suppress(psutil.Error):
        return identity(psutil.Process(start.pid)) == start.launcher and may_be_alive(start.launcher)
    return False
