"""Words that hang on a number."""


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`number` and what is counted: `1 object`, `1,200 objects`; `plural` if not with an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
