"""Words that hang on a number, and names that hang on a path."""


def counted(number: float, noun: str, plural: str | None = None) -> str:
    """`number` and what is counted: `1 object`, `1,200 objects`, `0.5 days`; `plural` if not with an s."""
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{shown} {noun if number == 1 else plural or noun + 's'}"


def with_path(what: str, path: str) -> str:
    """A lesson's number or the key of an object of it, with the path of the lesson's file, where it has one:
    `2 (unit/cells.md)`."""
    return f"{what} ({path})" if path else what
