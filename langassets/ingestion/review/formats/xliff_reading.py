"""Reading XLIFF 2: units as reviewers' tools saved them. A file from anywhere is data: nothing in it is
expanded, and nothing fetched."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from langassets.errors import InputError
from langassets.ingestion.review.scoped import scope_in
from langassets.ingestion.review.units import Reviewed
from langassets.translation.exchange.tmx_units import AS_UTF8, NUMBER

# 2.0 and 2.1 share one namespace; 2.2 has its own.
_NAMESPACES = frozenset({f"urn:oasis:names:tc:xliff:document:2.{minor}" for minor in range(3)})
# Where files of earlier versions have the fingerprint.
_EXPORTED = "urn:langassets:review exported"
_HOLDERS = frozenset({"segment", "ignorable"})
_APPROVED = frozenset({"reviewed", "final"})
_REJECTED = frozenset({"initial"})
# Notes that are not the reviewer's.
_OUR_NOTES = frozenset({"confidence", "reason", "lesson", "segment"})
# Codes that a reviewer's tool may make and our segments do not have.
_FOREIGN = frozenset({"pc", "sc", "ec"})
_UNIT_PARTS = 10_000


def read_xliff(content: bytes) -> list[Reviewed]:
    """The units of an XLIFF 2 file that have a translation; raises `InputError`, with the line, where it is
    none, is malformed or declares entities.

    A unit counts as approved where each of its segments has the state `reviewed` or `final`, and as rejected
    where each was set to `initial`, which nothing went out as. Notes of the reviewer's are the reason, but
    for one like `scope: 17/text/4`.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputError(
            f"This is no XLIFF file: line {error.lineno}: {expat.ErrorString(error.code)}. "
            "Save it again in your translation tool, or export again."
        ) from None
    except (LookupError, ValueError):  # what expat makes of an encoding that it does not know
        raise InputError(f"This XLIFF file is in an encoding that is not read. {AS_UTF8}") from None
    return reader.units


@dataclass
class _Unit:
    line: int
    exported: str
    translate: bool
    source: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_target: bool = False
    problem: str | None = None


class _Reader:
    """Collects units while expat reads."""

    def __init__(self) -> None:
        self.units: list[Reviewed] = []
        self._path: list[str] = []
        self._languages = ("", "")
        self._unit: _Unit | None = None
        self._text: list[str] | None = None
        self._note: list[str] | None = None
        self._part: dict[str, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse

    def _refuse(self, *_: object) -> int:
        raise InputError(
            f"This XLIFF file declares entities (line {self.parser.CurrentLineNumber}), which are not read: "
            "remove its document type."
        )

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _, name = qualified.rpartition(" ")
        if not self._path and (name != "xliff" or namespace not in _NAMESPACES):
            raise InputError(
                "This is no XLIFF 2 file: its outermost element is not that of version 2.0, 2.1 or 2.2. "
                "Save it in the version that it was exported in."
            )
        name = name if namespace in _NAMESPACES else qualified
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "xliff":
            self._languages = (attributes.get("srcLang", ""), attributes.get("trgLang", ""))
        elif name == "unit":
            _, _, in_id = attributes.get("id", "").partition(".")
            exported = in_id or attributes.get(_EXPORTED, "")
            translate = attributes.get("translate", "yes") != "no"
            self._unit = _Unit(self.parser.CurrentLineNumber, exported, translate)
        elif self._unit is None:
            return
        elif name in _HOLDERS:
            self._part = {}
            if name == "segment":
                # Without a state it is `initial` by the standard: a tool that drops states rejects nothing.
                self._unit.states.append(attributes.get("state", ""))
        elif name in ("source", "target") and parent in _HOLDERS:
            # Not those within a match that a tool proposes: they stand in an element of another namespace.
            self._text = []
        elif name == "note" and attributes.get("category") not in _OUR_NOTES:
            self._note = []
        elif self._text is not None:
            self._inline(self._unit, name, attributes)

    def _inline(self, unit: _Unit, name: str, attributes: dict[str, str]) -> None:
        assert self._text is not None
        if name == "ph" and re.fullmatch(NUMBER, attributes.get("id", "")):
            self._text.append(f"<x{attributes['id']}/>")
        elif name == "cp":
            try:
                self._text.append(chr(int(attributes.get("hex", ""), 16)).encode().decode())
            except (ValueError, OverflowError):  # half of a pair of surrogates is none either
                unit.problem = "it holds a character by a number that is none"
        elif name in _FOREIGN or name == "ph":
            unit.problem = f"it holds a code ({name}) that its source did not have"
        if len(self._text) > _UNIT_PARTS:
            raise InputError(
                f"line {self.parser.CurrentLineNumber} holds a segment that no lesson has: export again."
            )

    def _characters(self, text: str) -> None:
        taking = self._text if self._text is not None else self._note
        if taking is not None:
            taking.append(text)

    def _end(self, _: str) -> None:
        name = self._path.pop()
        unit = self._unit
        if unit is None:
            return
        if name in ("source", "target") and self._text is not None and self._path[-1] in _HOLDERS:
            self._part[name], self._text = "".join(self._text), None
        elif name == "note" and self._note is not None:
            unit.notes.append("".join(self._note).strip())
            self._note = None
        elif name in _HOLDERS:
            source = self._part.get("source", "")
            unit.source.append(source)
            unit.target.append(self._part.get("target", source if name == "ignorable" else ""))
            unit.has_target = unit.has_target or "target" in self._part
        elif name == "unit":
            if unit.translate and unit.has_target:
                self.units.append(self._reviewed(unit))
            self._unit = None

    def _reviewed(self, unit: _Unit) -> Reviewed:
        scope, notes = scope_in(unit.notes)
        source, target, reason = "".join(unit.source), "".join(unit.target), "; ".join(filter(None, notes))
        approved, rejected = (bool(unit.states) and of >= {*unit.states} for of in (_APPROVED, _REJECTED))
        went_out = (unit.line, *self._languages, source, target, unit.exported)
        return Reviewed(*went_out, approved, unit.problem, rejected, reason, scope)
