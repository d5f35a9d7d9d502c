"""Objects of one language under several codes, brought together under one."""

from collections.abc import Callable, Collection, Iterable, Iterator

from langassets.retention.plan import Action, LessonObject, Step


def plan_merge(
    objects: Iterable[LessonObject],
    home: str,
    standing: Collection[str],
    *,
    key_at_home: Callable[[LessonObject], str],
    archived_key: Callable[[LessonObject], str],
) -> Iterator[Step]:
    """What becomes of `objects`, which lie under other codes than `home`: each is moved there where nothing
    stands, and into the archive where something does. `standing` has the keys of what stands under `home`.

    Nothing is deleted. Of several that belong in one place the first is moved there.
    """
    taken = set(standing)
    for item in objects:
        target = key_at_home(item)
        if target in taken:
            action, reason = Action.ARCHIVE, f"one stands under {home} already"
            place = archived_key(item)
        else:
            action, reason, place = Action.MOVE, f"its language is kept under {home}", target
            taken.add(target)
        yield Step(item.key, home, item.lesson, action, reason, item.size, item.etag, place)
