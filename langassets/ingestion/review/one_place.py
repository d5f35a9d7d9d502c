"""A person's word on one segment alone: this content, this language, this place."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from langassets.database.translations import edits
from langassets.database.translations.edits import Content, edits_of, make_again
from langassets.database.translations.place_reviews import Place, record_at, reviews_at
from langassets.database.translations.reviews import Review, Verdict
from langassets.ingestion.review.lessons import LessonSegment
from langassets.translation.documents.places import source_hash
from langassets.translation.edits.placing import Edit, Placed, neighbours, place_edits
from langassets.translation.types import Wording


@dataclass(frozen=True, slots=True)
class OnePlace:
    """A place of a content as it is today: its segment among all of them."""

    place: Place
    segments: Sequence[LessonSegment]

    @property
    def segment(self) -> LessonSegment:
        """What stands there in the lesson."""
        return self.segments[self.place.place]

    def held(self, connection: sa.Connection, target: str) -> str | None:
        """What a person wrote there, for a language (a tag); None for nothing."""
        edit = self._edits(connection, target).standing.get(self.place.place)
        return edit.wording.text if edit and not edit.wording.parts else None

    def said(self, connection: sa.Connection, target: str) -> list[Review]:
        """What was said of it, the newest first."""
        text = self.segment.segment.text
        alone = sum(one.segment.text == text for one in self.segments) == 1
        return reviews_at(connection, self.place, self.segment.source_language, target, text, alone=alone)

    def record(self, connection: sa.Connection, said: Review) -> None:
        """Keep a word: what is accepted stands there from the next preload on, and what is rejected does not,
        if it was a person's for this place."""
        record_at(connection, self.place, said)
        placed, place = self._edits(connection, said.target_language), self.place.place
        standing, wording = dict(placed.standing), Wording(said.translation)
        if said.verdict is Verdict.ACCEPTED:
            source, around = self._sources[place], neighbours(place, self._sources)
            standing[place] = Edit(place, source, *around, self.segment.segment.text, wording)
        elif (there := standing.get(place)) and there.wording == wording:
            del standing[place]
        content = self._content(said.target_language)
        edits.replace(connection, {content: Placed(standing, placed.outdated).every})
        make_again(connection, {content})

    def _edits(self, connection: sa.Connection, target: str) -> Placed:
        content = self._content(target)
        known = edits_of(connection, target, {content.lesson}).get(content, ())
        return place_edits(known, self._sources)

    def _content(self, target: str) -> Content:
        return Content(target, self.place.lesson, self.place.content_type)

    @property
    def _sources(self) -> list[str]:
        return [source_hash(one.segment.text) for one in self.segments]
