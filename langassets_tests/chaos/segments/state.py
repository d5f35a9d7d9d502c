"""What must hold of what stands in storage and in memory."""

import json

from langassets_tests.chaos.segments.authors import Authors
from langassets_tests.chaos.segments.ledger import Asked
from langassets_tests.chaos.segments.reviewers import Reviewers
from langassets_tests.chaos.segments.texts import (
    ADDED,
    LANGUAGES,
    TARGETS,
    number_of,
    paragraphs,
    shown,
    text_of,
)
from langassets_tests.chaos.segments.world import MOST_DOUBTFUL, WorldServices


class Standing(Authors, Reviewers):
    """What stands, held against what models and people have said."""

    def check_that_no_error_stands(self) -> None:
        """Neither in an object nor in memory is anything but what was said soundly, or is a person's."""
        for key, body in self.world.objects().items():
            language = key.removeprefix("archive/").partition("/")[0]
            for found in paragraphs(json.loads(body)):
                if language == "en" or found == ADDED or found.startswith("Mine "):
                    continue
                text = text_of(number_of(found))
                allowed = set(map(shown, self.said(language, text)))
                assert found in allowed, f"an error stands in {key}: {found!r}"
        for one in WorldServices(self.world).memory.everything():
            language, text = one.key.target_language, one.key.text
            assert one.translation in self.said(language, text), f"an error is in memory: {one}"
            if one.translation not in self.words[language, text].ever_accepted:
                doubtful = self.world.models.doubtful[one.model, language, text]
                sound = self.world.models.sound[one.model, language, text]
                assert one.translation not in doubtful - sound, f"a doubt is in memory: {one}"

    def check_that_all_is_fresh(self) -> None:
        """Each lesson that can be made stands as it is today; where it cannot, nothing is wrong but that."""
        objects = self.world.objects()
        for lesson, numbers in self.lessons.items():
            for language in LANGUAGES:
                key = f"{language}/lessons/{lesson}/text.json"
                as_left = key in self.whole and objects[key] == self.whole[key]
                if as_left or self._may_wait(key, language, numbers):
                    continue
                assert key in objects, f"{key} could be made, and is missing"
                found = paragraphs(json.loads(objects[key]))
                if key in self.whole:
                    assert ADDED in found, f"what a person added to {key} is lost"
                    found.remove(ADDED)
                self._check_lesson(key, language, numbers, found)

    def _check_lesson(self, key: str, language: str, numbers: list[int], found: list[str]) -> None:
        assert list(map(number_of, found)) == numbers, f"{key} could be fresh, and is stale"
        for number, text in zip(numbers, found, strict=True):
            mine = self.edits[key].get(number)
            assert (text == mine) if mine else ("Mine" not in text), (
                f"an edit was lost: paragraph {number} of {key} is {text!r}, not {mine!r}"
            )
            if not mine:
                allowed = self._obeying(language, text_of(number))
                assert text in allowed, f"{text!r} stands in {key}, where people and models say {allowed}"

    def _obeying(self, language: str, text: str) -> set[str]:
        """How a text may stand today."""
        words = self.words[language, text]
        if language == "en" or words.accepted is not None:
            return {shown(words.accepted if language != "en" and words.accepted else text)}
        models = self.world.models
        said = set[str]()
        for _, model in self.world.names:
            said |= models.sound[model, language, text] | models.doubtful[model, language, text]
        return set(map(shown, said - words.rejected))

    def _may_wait(self, key: str, language: str, numbers: list[int]) -> bool:
        """Whether a text of an object has no translation that is sound, or too much of it is doubted."""
        if language not in TARGETS:
            return False
        texts = [text_of(number) for number in numbers if number not in self.edits[key]]
        without = [text for text in texts if not self._is_to_be_had(language, text)]
        doubted = self.world.doubted(language).intersection(without)
        # A little less, for paragraphs are not all of a length.
        return len(doubted) < len(without) or len(doubted) > 0.9 * MOST_DOUBTFUL * len(texts)

    def _is_to_be_had(self, language: str, text: str) -> bool:
        """Whether a text has a sound translation, or a model that would give one may be asked today."""
        words, models = self.words[language, text], self.world.models
        if words.accepted is not None:
            return True
        for provider, model in self.world.names:
            if models.heard[model, language, text] - words.rejected:
                return True
            hard = (provider, language, number_of(text)) in models.hard
            rests = self.world.ledger.rests(Asked(provider, model, language, text), self.world.now)
            if not (hard or rests or provider in models.away):
                return True
        return False
