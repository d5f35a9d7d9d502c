"""People speak of translations: by command, and by files that went out and come back later."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from langassets.database.connection import reading
from langassets.database.translations.reviews import Verdict, reviews_of
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.importing import import_reviewed
from langassets.ingestion.review.speaking import ALL, Request, speak
from langassets.ingestion.review.units import Reviewed
from langassets.ingestion.review.verdicts import Outcome
from langassets_tests.chaos.segments.files import FORMATS, Change
from langassets_tests.chaos.segments.life import Life
from langassets_tests.chaos.segments.texts import ERRORS, TARGETS, own_words
from langassets_tests.chaos.segments.world import WorldServices

_REVIEWERS = st.sampled_from(["Ada", "Ben"])


@dataclass(frozen=True)
class Sent:
    """A file that somebody has: how many units it holds, and in which language."""

    format: str
    language: str
    content: str
    units: int


class Reviewers(Life):
    """What they say must be obeyed, or be said to be in the way of another's word or of a check."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[Sent] = []

    @rule(
        data=st.data(),
        verdict=st.sampled_from(Verdict),
        language=st.sampled_from([*TARGETS, ALL]),
        reviewer=_REVIEWERS,
        what=st.sampled_from(["in use", "own", "own", "said", "wrong"]),
        instead=st.booleans(),
    )
    def person_speaks(
        self,
        data: st.DataObject,
        verdict: Verdict,
        language: str,
        reviewer: str,
        what: str,
        instead: bool,
    ) -> None:
        text = data.draw(st.sampled_from(self.texts()))
        translation = None
        if what == "own" and language != ALL:
            translation = own_words(text, language, self.next_number())
        elif what == "said" and language != ALL:
            known = self.said(language, text)
            translation = data.draw(st.sampled_from(sorted(known))) if known else None
        elif what == "wrong" and language != ALL and verdict is Verdict.ACCEPTED:
            translation = data.draw(st.sampled_from(list(ERRORS.values())))(text, language)
        self.speak(
            Request(verdict, language, reviewer, text=text, translation=translation, instead=instead),
            wrong=what == "wrong" and translation is not None,
        )

    def speak(self, request: Request, *, wrong: bool = False) -> None:
        """Say something, and note what became of it."""
        with self.world.trip.aside():
            services = WorldServices(self.world)
            answered = speak(services.data, services.recipes, request, self.world.now)
        outcomes = {one.outcome for one in answered.answers}
        if wrong:
            refused = outcomes <= {Outcome.REFUSED, Outcome.CONFLICT}
            assert refused, f"an error was accepted: {answered}"
        if outcomes & {Outcome.CONFLICT, Outcome.REFUSED}:
            speakers = {
                speaker
                for one in answered.answers
                if one.outcome is Outcome.CONFLICT
                for speaker in self.words[one.target_language, answered.text].speakers
            }
            assert Outcome.CONFLICT not in outcomes or speakers - {request.reviewer}, "nobody said otherwise"
            return
        for one in answered.answers:
            if one.outcome is Outcome.TAKEN:
                assert one.translation is not None
                self.note(
                    one.target_language, answered.text, request.verdict, one.translation, request.reviewer
                )

    @rule(language=st.sampled_from(TARGETS), format=st.sampled_from(sorted(FORMATS)))
    def a_review_goes_out(self, language: str, format: str) -> None:
        services = WorldServices(self.world)
        units = to_review(self.world.data, services.recipes, language)
        if units:
            self.files.append(Sent(format, language, FORMATS[format].written(units), len(units)))

    @precondition(lambda self: self.files)
    @rule(
        data=st.data(),
        reviewer=_REVIEWERS,
        changes=st.dictionaries(
            st.integers(0, 5), st.sampled_from(["correct", "approve", "reject", "both", "wrong"]), max_size=3
        ),
    )
    def a_review_comes_back(self, data: st.DataObject, reviewer: str, changes: dict[int, str]) -> None:
        """It was filled in by hand, and may be older than much that has happened since."""
        sent = data.draw(st.sampled_from(self.files))
        form = FORMATS[sent.format]
        texts = {one.line: one for one in form.read(sent.content)}
        lines = sorted(texts)
        by_line = {lines[place % len(lines)]: kind for place, kind in changes.items()}
        filled = {
            line: self._change(kind, texts[line].source, sent.language) for line, kind in by_line.items()
        }
        back = form.read(form.filled(sent.content, filled))
        services = WorldServices(self.world)
        before = {one.line: (one, self._plain(sent.language, one.source)) for one in back}
        report = import_reviewed(services.data, services.recipes, back, reviewer, self.world.now)
        problems = {one.line: one.reason for one in report.problems}
        for one in back:
            change = filled.get(one.line)
            if change is None:
                assert one.line not in problems or one.source not in self.texts(), problems[one.line]
                continue
            if change.wrong:
                assert one.line in problems, "an error was taken in"
            if one.line in problems:
                plain = before[one.line][1]
                taken = change.translation and not (change.reject or change.wrong)
                assert not (plain and taken), f"a correction was left out: {problems[one.line]}"
                if change.reject and self._is_rejected(sent.language, one.source, texts[one.line].text):
                    self.note(sent.language, one.source, Verdict.REJECTED, texts[one.line].text, reviewer)
                continue
            self._note(one, change, texts[one.line].text, sent.language, reviewer)

    def _is_rejected(self, language: str, text: str, translation: str) -> bool:
        """Whether a unit was taken in by half: what stood is rejected, and its correction was left out."""
        with reading(self.world.data) as connection:
            said = reviews_of(connection, "en", language, text)
        return any((one.translation, one.verdict) == (translation, Verdict.REJECTED) for one in said)

    def _plain(self, language: str, text: str) -> bool:
        """Whether nothing can be in the way of a word."""
        return not self.words[language, text].speakers and text in self.texts()

    def _change(self, kind: str, text: str, language: str) -> Change:
        own = own_words(text, language, self.next_number()) if kind in ("correct", "both") else None
        if kind == "wrong":
            own = ERRORS["untagged"](text, language)
        reject = kind in ("reject", "both")
        return Change(own, approve=not reject and kind != "wrong", reject=reject, wrong=kind == "wrong")

    def _note(self, one: Reviewed, change: Change, stood: str, language: str, reviewer: str) -> None:
        if change.reject:
            self.note(language, one.source, Verdict.REJECTED, stood, reviewer)
        if change.translation or change.approve:
            self.note(language, one.source, Verdict.ACCEPTED, change.translation or stood, reviewer)

    def note(self, language: str, text: str, verdict: Verdict, translation: str, reviewer: str) -> None:
        """Somebody's word was taken in."""
        words = self.words[language, text]
        self.world.spoken[language, text] = self.world.spoken.get((language, text), 0) + 1
        words.speakers.add(reviewer)
        if verdict is Verdict.ACCEPTED:
            words.accepted = translation
            words.ever_accepted.add(translation)
            words.rejected.discard(translation)
        else:
            words.rejected.add(translation)
            words.accepted = None if words.accepted == translation else words.accepted
        self.world.models.rejected[language, text] = words.rejected

    def said(self, language: str, text: str) -> set[str]:
        """What models have said of a text that may be stored, and what people have."""
        models = self.world.models
        found = set(self.words[language, text].ever_accepted)
        for known in (models.sound, models.doubtful):
            for (_, target, of), translations in known.items():
                if (target, of) == (language, text):
                    found |= translations
        return found
