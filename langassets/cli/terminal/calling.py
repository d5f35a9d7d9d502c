"""How the command is called here: `langassets` where the shell finds it by that name, else by its path."""

import shlex
import shutil
import sys
from pathlib import Path

_NAME = "langassets"


def as_called(text: str) -> str:
    """A text for a terminal, in which each `langassets …` is a command that works there."""
    return text.replace(f"`{_NAME} ", f"`{_called(sys.argv[0])} ")


def _called(program: str) -> str:
    path, found = Path(program), shutil.which(_NAME)
    # A path, as the system hands it to a script; anything else is no call from a shell.
    if path.name != _NAME or not path.exists() or (found and path.samefile(found)):
        return _NAME
    return shlex.quote(program)
