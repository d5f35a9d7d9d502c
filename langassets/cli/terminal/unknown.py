"""What a command says before it works, of variables that seem meant for a setting."""

import sys

from langassets.settings.unknown import unknown_at_start


def tell() -> None:
    """Say on standard error which they are."""
    for said in unknown_at_start():
        print(f"langassets: {said}", file=sys.stderr)
