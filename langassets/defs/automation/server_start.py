"""What tells one start of the server from the next."""

import os

SERVER_START = "LANGASSETS_SERVER_START"
"""Exported by a launcher that knows when it started: its value then is the start's id."""

_DAGSTER = ("dagster", "dagster-daemon", "dagster-webserver", "dagster_webserver", "dg", "langassets")


def server_start() -> str:
    """An id that stays the same while the server runs, over reloads of the code and replaced code servers.

    That is what the launcher exported, or the identity of the topmost ancestor process that is Dagster's:
    the daemon replaces its code server about every minute, but not itself.
    """
    exported = os.environ.get(SERVER_START)
    if exported:
        return exported
    import psutil

    from langassets.defs.runs.processes import identity

    topmost = psutil.Process()
    for ancestor in topmost.parents():
        try:
            command = ancestor.cmdline()
        except psutil.Error:
            break
        if not _is_dagster(command):
            break
        topmost = ancestor
    return identity(topmost)


def _is_dagster(command: list[str]) -> bool:
    return any(
        os.path.basename(part) in _DAGSTER or part.startswith("dagster.")  # noqa: PTH119
        for part in command[:4]
    )
