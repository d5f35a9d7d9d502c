"""A real lesson in two languages, and what people may do to its translation: for properties of what is
learnt."""

import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import TranslatedDocument, source_hash, structure_of, target_hash
from langassets.translation.documents.stored import Stored, StoredSegment
from langassets.translation.edits.learning import Learnt, Lesson, learn, wording_of
from langassets.translation.types import Former, Wording
from langassets_tests.translation.lessons import LESSONS

PAIRS = LESSONS.parent / "pairs"
FILES = ("azure-ai-setup.md", "configuration.md", "github-actions.md", "maintainer-guide.md", "workflows.md")
LANGUAGES = ("he", "fr", "ru", "hi", "ja", "es")
_FENCES = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of an edited translation: its text, of which blocks of the lesson it has words, and whether it
    is of one of them, whole."""

    text: str
    of: frozenset[int]
    whole: bool


@dataclass
class Translated:
    """A real lesson and its real translation, as they are stored."""

    language: str
    lesson: Document
    wordings: dict[int, Wording]
    stored: Stored
    blocks: list[str]
    places: list[list[int]] = field(default_factory=list)
    """Which segments stand in each block."""

    @property
    def texts(self) -> dict[str, Former]:
        """What memory has of it."""
        return {
            source_hash(one.text): Former(one.text, self.wordings[place].text)
            for place, one in enumerate(self.lesson.placed)
        }

    def cut(self, blocks: list[str]) -> Document:
        """An object of these blocks."""
        return document("text", content("\n\n".join(blocks)), self.language)

    def learnt(self, edited: Document, lesson: Document | None = None) -> Learnt:
        """What is learnt of an object; of a `lesson` that has changed, where one is given."""
        today = Lesson(lesson or self.lesson, "text", self.language, unchanged=lesson is None)
        return learn(edited, self.stored, today, self.texts)


def content(text: str) -> dict[str, Any]:
    """A content of a lesson."""
    return {"text": text, "audioUrl": "https://x.y/1.mp3", "slides": [{"url": "https://x.y/1.png"}]}


def cut_blocks(text: str) -> list[str]:
    """A Markdown text at its empty lines, but for those in code."""
    found: list[str] = []
    for piece in text.strip().split("\n\n"):
        if found and len(_FENCES.findall(found[-1])) % 2:
            found[-1] += f"\n\n{piece}"
        elif piece.strip():
            found.append(piece)
    return found


@lru_cache(maxsize=8)
def translated(file: str, language: str) -> Translated:
    """A file of the real pairs."""
    lesson = document("text", content("\n\n".join(cut_blocks((PAIRS / "en" / file).read_text("utf-8")))))
    written = "\n\n".join(cut_blocks((PAIRS / language / file).read_text("utf-8")))
    theirs = document("text", content(written), language)
    pairs = list(zip(theirs.placed, lesson.placed, strict=True))
    wordings = {place: wording_of(shown, segment) for place, (shown, segment) in enumerate(pairs)}
    data: dict[str, Any] = lesson.rebuild({}, language, wordings)
    rows = [
        StoredSegment(source_hash(one.text), row.target, row.state, row.origin)
        for one, row in zip(lesson.placed, TranslatedDocument(lesson, {}, wordings).segments({}), strict=True)
    ]
    blocks = cut_blocks(data["text"])
    made = Translated(language, lesson, wordings, Stored(rows, structure_of(lesson, data)), blocks)
    made.places = _places(made.cut(blocks), blocks)
    return made


def _places(cut: Document, blocks: list[str]) -> list[list[int]]:
    [(_, part)] = cut.parts
    ends, found = [], list[list[int]]([[] for _ in blocks])
    position = 0
    for block in blocks:
        position += len(block) + 2
        ends.append(position)
    for place, slot in enumerate(part.slots):
        found[next(number for number, end in enumerate(ends) if slot.start < end)].append(place)
    return found


def edited(blocks: list[str], choose: random.Random, operations: int) -> list[Block]:
    """What stands after somebody worked on it."""
    now = [Block(text, frozenset({number}), whole=True) for number, text in enumerate(blocks)]
    for number in range(operations):
        _edit(now, choose, f"{choose.choice(_OWN)} {number}.")
    return now


_OWN = ("Написано здесь одним человеком", "کوئی اور بات یہاں لکھی گئی", "Tillagt av en lärare för klassen")


def _edit(now: list[Block], choose: random.Random, own: str) -> None:
    at = choose.randrange(len(now))
    prose = [number for number, one in enumerate(now) if _is_prose(one.text)]
    match choose.choice(("add", "remove", "move", "split", "merge", "reword", "reword", "item")):
        case "add":
            now.insert(at, Block(own, frozenset(), whole=False))
        case "remove" if len(now) > 2:
            del now[at]
        case "move":
            now.insert(choose.randrange(len(now)), now.pop(at))
        case "split" if prose:
            at = choose.choice(prose)
            words = now[at].text.split(" ")
            middle = choose.randrange(1, len(words))
            halves = (" ".join(words[:middle]), " ".join(words[middle:]))
            if all(any(map(str.isalpha, half)) for half in halves):
                now[at : at + 1] = [Block(half, now[at].of, whole=False) for half in halves]
        case "merge" if [one for one in prose if one + 1 in prose]:
            at = choose.choice([one for one in prose if one + 1 in prose])
            first, second = now[at : at + 2]
            whole = not (first.of and second.of) and (first.whole or second.whole)
            now[at : at + 2] = [Block(f"{first.text} {second.text}", first.of | second.of, whole)]
        case "reword" if prose:
            at = choose.choice(prose)
            words = now[at].text.split(" ")
            words[choose.randrange(1, len(words))] = own.rstrip(".")
            now[at] = Block(" ".join(words), now[at].of, now[at].whole)
        case "item":
            items = [one for one, block in enumerate(now) if block.text.startswith(("- ", "* "))]
            if items:
                at = choose.choice(items)
                lines = now[at].text.split("\n")
                lines.insert(choose.randrange(len(lines) + 1), f"{lines[0][:2]}{own}")
                now[at] = Block("\n".join(lines), now[at].of, now[at].whole)
        case _:
            pass


def _is_prose(text: str) -> bool:
    return "\n" not in text and text[:1].isalpha() and len(text.split()) > 5


def hashes(cut: Document) -> list[str]:
    """What stands in an object, in order."""
    return [target_hash(one) for one in cut.placed]
