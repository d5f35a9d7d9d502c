"""Lessons come and change; models, checks and days change as well."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from langassets_tests.chaos.segments.life import Life
from langassets_tests.chaos.segments.texts import DOUBTS, ERRORS, TARGETS, content_of
from langassets_tests.jobs.lessons import add_lesson

MODELS = [
    [("openai", "gpt-6-luna")],
    [("openai", "gpt-5-mini")],
    [("openai", "gpt-6-luna"), ("gemini", "gemini-3.5-flash-lite")],
]


class Authors(Life):
    """What changes beneath the translations."""

    def lesson_comes(self) -> None:
        numbers = [self.next_number() for _ in range(3)]
        lesson = add_lesson(self.world.data, "A lesson", {"text": content_of(numbers)})
        self.lessons[lesson] = numbers

    @rule(data=st.data(), how=st.sampled_from(["replace", "insert", "remove", "move", "again"]))
    def lesson_changes(self, data: st.DataObject, how: str) -> None:
        """`again`: it says what it said before, or what another lesson says."""
        lesson = data.draw(st.sampled_from(sorted(self.lessons)))
        numbers = list(self.lessons[lesson])
        place = data.draw(st.integers(0, len(numbers) - 1))
        others = sorted(set(range(101, self._last + 1)) - set(numbers))
        if how == "replace":
            numbers[place] = self.next_number()
        elif how == "insert":
            numbers.insert(place, self.next_number())
        elif how == "again" and others:
            numbers.append(data.draw(st.sampled_from(others)))
        elif len(numbers) > 1:
            taken = numbers.pop(place)
            if how == "move":
                numbers.append(taken)
        self.change(lesson, numbers)

    @rule(
        data=st.data(),
        language=st.sampled_from(TARGETS),
        kind=st.sampled_from([None, *ERRORS, *DOUBTS]),
        both=st.booleans(),
    )
    def paragraph_is_hard_for_a_model(
        self, data: st.DataObject, language: str, kind: str | None, both: bool
    ) -> None:
        """Or, without a kind, is not any more."""
        number = data.draw(st.sampled_from(sorted({one for found in self.lessons.values() for one in found})))
        for provider in ("openai", "gemini") if both else ("openai",):
            if kind:
                self.world.models.hard[provider, language, number] = kind
            else:
                self.world.models.hard.pop((provider, language, number), None)

    @rule(names=st.sampled_from(MODELS))
    def models_are_changed(self, names: list[tuple[str, str]]) -> None:
        self.world.changes += names != self.world.names
        self.world.names = names

    @rule()
    def second_model_is_away_or_back(self) -> None:
        self.world.models.away ^= {"gemini"}

    @rule()
    def checks_change(self) -> None:
        self.world.changes += 1
        self.world.checks = f"checks {self.world.changes}"

    @rule(days=st.sampled_from([1, 1, 2, 5, 70]))
    def days_pass(self, days: int) -> None:
        self.world.now += timedelta(days=days)
