"""What stands around a sentence and is no part of it stays in the source, so that no tag is spent on it."""

from collections.abc import Sequence

from langassets.translation.markdown.inline import Part
from langassets.translation.markdown.pairs import partners

_SILENT = ("{%", "{#", "{:", "{.")


def trimmed(content: str, parts: Sequence[Part], start: int, end: int) -> tuple[list[Part], int, int]:
    """The parts and the stretch of the content that are left without blanks and marks at either end; of tags
    that touch one part is made.

    Half a pair of tags is never taken alone: `<b>Note</b> this` stays whole, `<b>Note this</b>` does not.
    """
    if not parts:
        return [], *_without_blanks(content, start, end)
    first, last = 0, len(parts)
    pairs: dict[int, int] | None = None
    while True:
        start, end = _without_blanks(content, start, end)
        opening = first < last and parts[first].start == start and _goes(parts, first, first + 1)
        closing = first < last and parts[last - 1].end == end and _goes(parts, last - 1, last - 2)
        if not opening and not closing:
            break
        if pairs is None:
            pairs = partners([part.text if part.kind in ("tag", "placeholder") else "" for part in parts])
        if closing and parts[last - 1].kind == "emoji":  # `]:smile:` would define a reference
            closing = content[max(start, parts[last - 1].start - 1)].isspace()
        if opening and not first < pairs.get(first, -1) < last:
            start, first = parts[first].end, first + 1
        elif closing and not first <= pairs.get(last - 1, -1) < last - 1:
            end, last = parts[last - 1].start, last - 1
        elif opening and closing and pairs.get(first) == last - 1:
            start, end, first, last = parts[first].end, parts[last - 1].start, first + 1, last - 1
        else:
            break
    return _merged(parts[first:last]), start, end


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Tags that touch made one part: fewer for a translator to carry over."""
    result: list[Part] = []
    for part in parts:
        last = result[-1] if result else None
        if last and last.end == part.start and last.kind == part.kind == "tag":
            result[-1] = Part(last.start, part.end, "tag", last.text + part.text)
        else:
            result.append(part)
    return result


def _without_blanks(content: str, start: int, end: int) -> tuple[int, int]:
    inside = content[start:end].strip()
    if not inside:
        return end, end
    start = content.index(inside, start)
    return start, start + len(inside)


def _goes(parts: Sequence[Part], index: int, inward: int) -> bool:
    """Whether a part at the edge of a sentence says nothing in it; `inward` is its neighbour's index."""
    part = parts[index]
    if part.kind == "placeholder":
        return part.text.startswith(_SILENT)
    if part.kind == "code" and part.text.startswith("<") and 0 <= inward < len(parts):
        # <span>Hebrew</span><code>he</code>: a box of its own, with not even a space between.
        neighbour = parts[inward]
        return neighbour.kind == "tag" and (neighbour.end == part.start or part.end == neighbour.start)
    return part.kind in ("tag", "comment", "emoji", "hard")
