"""Review in a translation tool: XLIFF 2.0 (OASIS), written as a whole and read as data.

Version 2.1 has the same core, and fewer tools read it: Poedit and Angular's libraries refuse a
file that says 2.1.

A tag of ours (`<x1/>`) is a placeholder (`<ph id="1"/>`), with what it stands for as its original data.
What XML cannot hold travels as `<cp hex="…"/>`, which the standard has for that.
"""

import re
from collections.abc import Iterator, Sequence
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from langassets.errors import InputError
from langassets.ingestion.review.units import ReviewUnit, fingerprint
from langassets.locales import is_right_to_left
from langassets.translation.exchange.tmx_units import NUMBER

CORE = "urn:oasis:names:tc:xliff:document:2.0"
_TAG = re.compile(rf"(<x{NUMBER}/>)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOST = "\ufffd"
# What tools show in a line has room for so many characters.
_SHOWN = 60


def write_xliff(units: Sequence[ReviewUnit], file: IO[str]) -> None:
    """Write units for review, to a file opened as UTF-8.

    Raises `InputError` where they are from several languages, or into several: an XLIFF file has one pair.
    """
    pairs = sorted({(unit.source_language, unit.target_language) for unit in units})
    if len(pairs) != 1:
        written = ", ".join(source for source, _ in pairs)
        raise InputError(
            f"The lessons are written in {len(pairs)} languages ({written}), and an XLIFF file has one: "
            "choose with --source, or write a CSV file."
        )
    [(source, target)] = pairs
    direction = ' trgDir="rtl"' if is_right_to_left(target) else ""
    file.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<xliff xmlns="{CORE}" version="2.0" '
        f"srcLang={quoteattr(source)} trgLang={quoteattr(target)}>\n"
        f'<file id="f1" canResegment="no"{direction}>\n'
    )
    for number, unit in enumerate(units, 1):
        file.write("".join(_unit(number, unit)))
    file.write("</file>\n</xliff>\n")


def _unit(number: int, unit: ReviewUnit) -> Iterator[str]:
    # In the id, which every tool keeps: some write an attribute of ours back without its namespace.
    yield f'<unit id="u{number}.{fingerprint(unit.translation)}">\n<notes>'
    notes = [("confidence", f"confidence {unit.confidence:.2f}")]
    notes += [("reason", reason) for reason in unit.reasons]
    notes += [("lesson", name) for name in unit.lessons]
    notes += [("segment", name) for name in unit.segments]
    for category, text in notes:
        yield f'<note category="{category}">{escape(_NOT_XML.sub(_LOST, text))}</note>'
    yield "</notes>\n"
    protected = unit.segment.protected
    if protected:
        data = (f'<data id="d{index}">{_characters(part)}</data>' for index, part in enumerate(protected, 1))
        yield f"<originalData>{''.join(data)}</originalData>\n"
    yield '<segment state="translated">\n'
    yield f'<source xml:space="preserve">{_content(unit.segment.text, protected)}</source>\n'
    yield f'<target xml:space="preserve">{_content(unit.translation, protected)}</target>\n'
    yield "</segment>\n</unit>\n"


def _content(text: str, protected: Sequence[str]) -> str:
    pieces = []
    for piece in _TAG.split(text):
        if _TAG.fullmatch(piece):
            number = int(piece[2:-2])
            refers = _refers(number, protected[number - 1]) if 0 < number <= len(protected) else ""
            # Tools that know of it let nobody lose or double what the check on the way back would refuse.
            pieces.append(f'<ph id="{number}" canCopy="no" canDelete="no"{refers}/>')
        else:
            pieces.append(_characters(piece))
    return "".join(pieces)


def _refers(number: int, part: str) -> str:
    """The attributes by which a placeholder shows what it stands for: in full, where a text is shown without
    its codes, and to the reviewer."""
    shown = " ".join(_NOT_XML.sub(_LOST, part).split())
    shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
    value = quoteattr(shown)
    return f' dataRef="d{number}" equiv={value} disp={value}'


def _characters(text: str) -> str:
    # A carriage return would be read back as a line feed unless it is written so.
    escaped = escape(text, {"\r": "&#13;"})
    return _NOT_XML.sub(lambda found: f'<cp hex="{ord(found[0]):04X}"/>', escaped)
