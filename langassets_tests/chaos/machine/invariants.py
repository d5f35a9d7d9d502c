"""What holds at every moment."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis.stateful import invariant

from langassets.locales import tag_of
from langassets.storage import keys
from langassets_tests.chaos.machine.life import PREDEFINED, Life
from langassets_tests.chaos.machine.system import ARCHIVE_DAYS


class Invariants(Life):
    """Nothing that people made is lost, nothing is paid for twice, a language is one."""

    @invariant()
    def predefined_languages_are_frequent(self) -> None:
        assert self._frequent() >= PREDEFINED

    @invariant()
    def nothing_a_person_made_is_lost_before_its_time(self) -> None:
        standing = set(self.system.objects().values())
        for body in [body for body in self.by_hand if body not in standing]:
            age = (self.system.now - self.by_hand.pop(body)) / timedelta(days=1)
            assert age > ARCHIVE_DAYS, (
                f"{body!r} is gone, and was there {age:.0f} days ago outside the archive"
            )
        for key, body in self.system.objects().items():
            if body in self.by_hand and keys.parse(key):
                self.by_hand[body] = self.system.now  # it stands in its place

    @invariant()
    def two_spellings_never_lead_to_two_objects(self) -> None:
        """But for what a person put under a spelling of their own."""
        objects = self.system.objects()
        ours = [key for key in self._live() if objects[key] not in self.by_hand]
        live = [place for key in ours if (place := keys.parse(key))]
        assert len(live) == len({replace(place, language=tag_of(place.language)) for place in live}), live

    @invariant()
    def what_is_not_a_lesson_is_not_touched(self) -> None:
        objects = self.system.objects()
        assert {key: objects.get(key) for key in self.others} == self.others

    @invariant()
    def nothing_is_paid_for_twice(self) -> None:
        assert not self.system.paid_again, "asked for, and in memory already"
        twice = sum(count - 1 for count in self.system.paid.values())
        assert twice <= 100 * self.disturbed

    @invariant()
    def every_stored_lesson_is_whole(self) -> None:
        for key, body in self.system.objects().items():
            if body not in self.by_hand and (keys.parse(key) or keys.parse_archived(key)):
                assert set(json.loads(body)) == {"text", "n"}, key
