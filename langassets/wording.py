"""Words that hang on a number."""


def counted(number: float, noun: str, plural: str | None = None) -> str:
    """`number` and what is counted: `1 object`, `1,200 objects`, `0.5 days`; `plural` if not with an s."""
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{shown} {noun if number == 1 else plural or noun + 's'}"
