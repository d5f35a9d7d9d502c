"""Whether an object that differs from what was stored was made of today's lesson since, or edited by a person
(pure)."""

from collections.abc import Sequence

from langassets.translation.documents.stored import StoredSegment


def is_newer(
    sources: Sequence[str], targets: Sequence[str], stored: Sequence[StoredSegment], *, other_recipe: bool
) -> bool:
    """Whether what stands in an object (`targets`, hashes by place) rather belongs to today's lesson
    (`sources`) than to what was `stored`: by how many places bear out the one and the other.

    A translation that is new bears out a text that is new. Where the lesson says what it said, only
    `other_recipe`, by which it would be made today, can have had most of it made again.
    """
    before = {one.source: one.target for one in stored}
    known = set(before.values())
    if list(sources) == [one.source for one in stored]:
        changed = sum(target not in known for target in targets)
        return other_recipe and 2 * changed > len(targets)
    of_today = sum(
        before[source] == target if source in before else target not in known
        for source, target in zip(sources, targets, strict=True)
    )
    as_stored = sum(one.target == target for one, target in zip(stored, targets, strict=False))
    return len(stored) != len(targets) or of_today > as_stored
