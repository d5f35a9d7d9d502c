"""Reading TMX: units one after the other, with the codes of whatever tool wrote them as tags."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from langassets.errors import InputError

_CHUNK = 1 << 16
NUMBER = "[1-9][0-9]{0,8}"
"""A tag's number as this program writes it; whatever else stands between `<x` and `/>` is text."""

AS_UTF8 = "Save it as UTF-8."
"""What helps where a file of XML cannot be read for its encoding."""
# Elements that stand for formatting codes of a tool's own: what is in them is no text.
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
_MAX_PARTS = 100_000  # pieces of text, between codes, of one segment


@dataclass(slots=True)
class TmxVariant:
    """One language's side of a unit."""

    language: str
    text: str


@dataclass(slots=True)
class TmxUnit:
    """One unit of a file; `is_ours` where this program wrote it."""

    is_ours: bool
    variants: list[TmxVariant] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)


def read_units(file: IO[bytes]) -> Iterator[TmxUnit]:
    """The units of a TMX file, one after the other; raises InputError, with the line, where the
    file is no TMX or declares entities."""
    reader = _Reader()
    last = False
    while not last:
        chunk = file.read(_CHUNK)
        last = not chunk
        try:
            reader.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise InputError(
                f"This is no TMX file: line {error.lineno}: {expat.ErrorString(error.code)}. "
                "Export it as TMX 1.4."
            ) from None
        except (LookupError, ValueError):  # what expat makes of an encoding that it does not know
            raise InputError(f"This TMX file is in an encoding that is not read. {AS_UTF8}") from None
        yield from reader.units
        reader.units.clear()
    if not reader.is_tmx:
        raise InputError("This is no TMX file: its outermost element is not tmx. Export it as TMX 1.4.")


class _Reader:
    """Collects units while expat reads; holds one unit at a time."""

    def __init__(self) -> None:
        self.units: list[TmxUnit] = []
        self.is_tmx = False
        self._is_ours = False
        self._unit: TmxUnit | None = None
        self._language = ""
        self._collect: list[str] | None = None
        self._property = ""
        self._in_code = 0
        self._codes: dict[str, int] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        # A file from anywhere is data: nothing is expanded for it, and nothing fetched.
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse

    def _refuse(self, *_: object) -> int:
        raise InputError(
            f"This TMX file declares entities (line {self.parser.CurrentLineNumber}), which are not read: "
            "remove its document type."
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "tmx":
            self.is_tmx = True
        elif name == "header":
            self._is_ours = attributes.get("creationtool") == "langassets"
        elif name == "tu":
            self._unit = TmxUnit(self._is_ours)
            self._codes = {}
        elif name == "prop":
            self._property, self._collect = attributes.get("type", ""), []
        elif name == "tuv":
            self._language = attributes.get("xml:lang") or attributes.get("lang", "")
        elif name == "seg":
            self._collect = []
        elif name in _CODES and self._collect is not None:
            if not self._in_code:
                self._collect.append(self._tag(name, attributes))
            self._in_code += 1

    def _tag(self, name: str, attributes: dict[str, str]) -> str:
        """The tag for a code: numbered where it first stands, in the source as a rule."""
        number = attributes.get("x", "")
        if self._is_ours and re.fullmatch(NUMBER, number):
            return f"<x{number}/>"
        pair = "ept" if name == "ept" else "bpt" if name == "bpt" else ""
        count = sum(part.startswith("<x") for part in self._collect or ())
        identity = f"{pair} {attributes.get('i') or attributes.get('x') or count}"
        return f"<x{self._codes.setdefault(identity, len(self._codes) + 1)}/>"

    def _end(self, name: str) -> None:
        if name in _CODES and self._in_code:
            self._in_code -= 1
        elif name in {"prop", "seg"} and self._collect is not None:
            text, self._collect = "".join(self._collect), None
            if self._unit is None:
                return
            if name == "prop":
                self._unit.properties[self._property] = text
            else:
                self._unit.variants.append(TmxVariant(self._language, text))
        elif name == "tu" and self._unit is not None:
            self.units.append(self._unit)
            self._unit = None

    def _text(self, text: str) -> None:
        if self._collect is None or self._in_code:
            return
        self._collect.append(text)
        if len(self._collect) > _MAX_PARTS:
            raise InputError(
                f"line {self.parser.CurrentLineNumber} holds a segment that no lesson has: remove it."
            )
