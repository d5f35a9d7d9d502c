"""A start of `langassets ui`, noted so that nothing of it outlives its launcher."""

import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import psutil

from langassets.cli.servers.children import Start, end, forget, noted
from langassets.defs.runs.processes import identity, may_be_alive, this_process
from langassets.errors import LangassetsError


def note(record: Path, mark: str) -> None:
    """Note in `record` the start of this process, with the mark of what it starts; what was left of one noted
    before is to be ended first."""
    record.write_text(json.dumps(asdict(Start(mark, this_process(), os.getpid()))), encoding="utf-8")


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
