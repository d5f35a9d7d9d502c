"""A lesson beside its translation, segment by segment: what stands in storage, what people said of it, and
what the next preload puts there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.content.lessons import content_types_of
from langassets.database.translations.edits import Content, edits_of
from langassets.database.translations.memory import DatabaseMemory
from langassets.database.translations.place_reviews import Place, last_words
from langassets.database.translations.reviews import Review, Verdict
from langassets.database.translations.segments import said_of, segments_of
from langassets.ingestion.review.lessons import LessonSegment, segments_of_lessons
from langassets.locales import tag_of
from langassets.storage.etags import etag_of
from langassets.storage.keys import LessonKey
from langassets.translation.documents.document import read_document
from langassets.translation.documents.places import shown, source_hash, target_hash
from langassets.translation.documents.stored import Said, State, StoredSegment
from langassets.translation.edits.learning import wording_of
from langassets.translation.edits.placing import place_edits
from langassets.translation.recipes import Recipes
from langassets.translation.types import Segment, Wording

REJECTED, MISSING, UNKNOWN = "rejected", "missing", "changed in storage"
"""What a segment is beside XLIFF's states: its translation was rejected; it has none; what stands there was
put there by someone else, and no preload has looked at it yet."""


@dataclass(frozen=True, slots=True)
class Side:
    """A segment of a lesson and its translation, None for none yet. `text` is what a person corrects: the
    translation with the lesson's own tags, '' where it has parts that the lesson has not. `state` is one of
    `State`'s or of this module's; `waits` says that the object gets it with the next preload."""

    place: LessonSegment
    translation: Segment | None
    text: str
    state: str
    origin: str
    findings: tuple[str, ...]
    word: Review | None
    waits: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits for a person: a check doubts it, or somebody rejected it."""
        return bool(self.findings) or self.state == REJECTED


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a content in a language: the segments of its object in storage, those rows that were
    kept when langassets stored it (None where this is another object), edits by place, and the memory's
    translations and people's words by text or place."""

    there: Sequence[Segment]
    stored: Sequence[StoredSegment] | None
    edits: Mapping[int, Wording]
    remembered: Mapping[str, str]
    said: Mapping[str, Said]
    words: Mapping[Place, Review]


def sides(places: Sequence[LessonSegment], known: Known) -> list[Side]:
    """The segments of one content beside what stands for each. Pure."""
    standing = _standing(places, known)
    return [_side(one, known, *standing.get(one.place, (None, None))) for one in places]


def keys_of_lesson(data: sa.Engine, lesson: str, language: str) -> dict[str, str]:
    """The keys under which a lesson's contents lie in a language (the application's code), by type."""
    with reading(data) as connection:
        types = content_types_of(connection, lesson)
    return {name: LessonKey(language, lesson, name).key for name in types}


def side_by_side(
    data: sa.Engine, recipes: Recipes, lesson: str, language: str, bodies: Mapping[str, bytes]
) -> list[Side]:
    """Every segment of an active lesson beside its translation into `language` (the application's code);
    `bodies` has what stands in storage, by key."""
    found: list[Side] = []
    keys = keys_of_lesson(data, lesson, language)
    every = segments_of_lessons(data, [(lesson, name) for name in sorted(keys)])
    for content_type, group in groupby(every, lambda one: one.content_type):
        places, key = list(group), keys[content_type]
        found += sides(places, _known(data, recipes, places, language, key, bodies.get(key)))
    return found


def _known(
    data: sa.Engine,
    recipes: Recipes,
    places: Sequence[LessonSegment],
    language: str,
    key: str,
    body: bytes | None,
) -> Known:
    first, target = places[0], tag_of(language)
    texts = list(dict.fromkeys(one.segment.text for one in places))
    by_text = {text: recipes.keys(text, first.source_language, target) for text in texts}
    recalled = DatabaseMemory(data).recall([one for every in by_text.values() for one in every])
    remembered = {
        text: found
        for text, every in by_text.items()
        if (found := next((recalled[one] for one in every if one in recalled), None)) is not None
    }
    with reading(data) as connection:
        content = Content(target, first.lesson, first.content_type)
        edits = edits_of(connection, target, {first.lesson}).get(content, ())
        placed = place_edits(edits, [source_hash(one.segment.text) for one in places])
        entry = next(manifest.entries_of(connection, [key]), None)
        ours = body is not None and entry is not None and entry.etag == etag_of(body)
        there = read_document(first.content_type, body or b"null", target)
        return Known(
            there.placed if there else (),
            segments_of(connection, [key]).get(key) if ours else None,
            {place: edit.wording for place, edit in placed.standing.items()},
            remembered,
            said_of(connection, first.source_language, target, texts),
            last_words(connection, target, first.lesson),
        )


def _standing(
    places: Sequence[LessonSegment], known: Known
) -> Mapping[int, tuple[Segment | None, StoredSegment | None]]:
    """What stands in storage for each place, with what was kept of it, as far as it is known which it is."""
    if known.stored is None:
        if len(known.there) != len(places):
            return {}
        return {one.place: (there, None) for one, there in zip(places, known.there, strict=True)}
    by_hash = {target_hash(one): one for one in known.there}
    by_source: dict[str, list[StoredSegment]] = {}
    for row in known.stored:
        by_source.setdefault(row.source, []).append(row)
    found: dict[int, tuple[Segment | None, StoredSegment | None]] = {}
    for one in places:
        rows = by_source.get(source_hash(one.segment.text), [])
        if rows:
            row = rows[0] if len(rows) == 1 else rows.pop(0)
            found[one.place] = by_hash.get(row.target), row
    return found


def _side(one: LessonSegment, known: Known, stands: Segment | None, row: StoredSegment | None) -> Side:
    wording = known.edits.get(one.place)
    left_out = row is not None and not row.target
    if wording is None and one.segment.text in known.remembered and not left_out and (row or stands is None):
        wording = Wording(known.remembered[one.segment.text])
    coming = shown(wording.text, wording.protected(one.segment)) if wording else None
    translation = coming or stands
    if wording is None and stands is not None:
        wording = wording_of(stands, one.segment)
    # Where letters had to be escaped in the object, it says by its hash alone that this is what stands there.
    same = stands is not None if coming is None else coming == stands
    if row is not None and coming is not None:
        same = same or row.target == target_hash(coming)
    text = wording.text if wording and not wording.parts else ""
    word = known.words.get(Place(one.lesson, one.content_type, one.place))
    if word and word.text != one.segment.text:
        word = None
    kept = row if same else None
    state = _state(one, known, text, word, kept, missing=translation is None)
    found = json.loads(kept.findings) if kept and kept.findings and state != State.REVIEWED else ()
    origin, findings = str(kept.origin) if kept else "", tuple(map(str, found))
    waits = coming is not None and not same
    return Side(one, translation, text, state, origin, findings, word, waits)


def _state(
    one: LessonSegment,
    known: Known,
    text: str,
    word: Review | None,
    row: StoredSegment | None,
    *,
    missing: bool,
) -> str:
    if missing:
        return MISSING
    if word and word.translation == text:
        return str(State.REVIEWED) if word.verdict is Verdict.ACCEPTED else REJECTED
    said = known.said.get(one.segment.text)
    if one.place in known.edits or (said and said.approved and said.translation == text):
        return str(State.REVIEWED)
    if row:
        return str(row.state)
    return str(State.TRANSLATED) if text and text == known.remembered.get(one.segment.text) else UNKNOWN
