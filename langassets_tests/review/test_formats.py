"""Review files: what goes out comes back, as spreadsheets and translation tools save it; none does harm."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import suppress
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.ingestion.review.formats.spreadsheet import read_csv, write_csv
from langassets.ingestion.review.formats.xliff import write_xliff
from langassets.ingestion.review.formats.xliff_reading import read_xliff
from langassets.ingestion.review.units import Reviewed, ReviewUnit, fingerprint
from langassets.translation.types import Segment

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1", "'", "＝1", "=cmd|' /C calc'!A0"]
# Halves of pairs of surrogates are no characters: what memory holds has none, and a file with one is refused.
ANY = st.text(st.characters(exclude_categories=["Cs"]))
CELLS = st.one_of(st.text(st.characters(codec="utf-8")), st.sampled_from(FORMULAS))
NS = "{urn:oasis:names:tc:xliff:document:2.0}"


def unit(text: str, translation: str, protected: tuple[str, ...] = (), source: str = "en") -> ReviewUnit:
    return ReviewUnit(source, "he", Segment(text, protected), translation, 0.25, ("=why",), ("A & B\x01",))


def as_csv(units: list[ReviewUnit]) -> bytes:
    file = io.StringIO(newline="")
    write_csv(units, file)
    return file.getvalue().encode()


def as_xliff(units: list[ReviewUnit]) -> bytes:
    file = io.StringIO(newline="")
    write_xliff(units, file)
    return file.getvalue().encode()


def came_back(found: list[Reviewed]) -> list[tuple[str, str, str, str, str]]:
    return [(r.source_language, r.target_language, r.source, r.text, r.exported) for r in found]


def went_out(units: list[ReviewUnit]) -> list[tuple[str, str, str, str, str]]:
    return [
        (u.source_language, u.target_language, u.segment.text, u.translation, fingerprint(u.translation))
        for u in units
    ]


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_a_spreadsheet_comes_back_as_it_went_out(pairs: list[tuple[str, str]]) -> None:
    units = [unit(*pair) for pair in pairs]
    assert came_back(read_csv(as_csv(units))) == went_out(units)


@given(st.lists(st.tuples(ANY, ANY, ANY), min_size=1, max_size=5))
def test_an_xliff_file_comes_back_as_it_went_out(texts: list[tuple[str, str, str]]) -> None:
    units = [unit(f"{one} <x1/>", f"<x1/>{other}", (part,)) for one, other, part in texts]
    found = read_xliff(as_xliff(units))
    assert came_back(found) == went_out(units)
    assert not any(one.approved or one.problem for one in found)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3), st.sampled_from(",;\t"))
def test_no_cell_is_a_formula_and_a_spreadsheet_may_save_it_its_own_way(
    pairs: list[tuple[str, str]], delimiter: str
) -> None:
    units = [unit(*pair) for pair in pairs]
    rows = list(csv.reader(io.StringIO(as_csv(units).decode("utf-8-sig"), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for row in rows for cell in row)
    saved = io.StringIO(newline="")
    csv.writer(saved, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    encoding = "utf-16" if delimiter == "\t" else "utf-8"
    assert came_back(read_csv(saved.getvalue().encode(encoding))) == went_out(units)


def test_a_spreadsheet_starts_with_the_mark_that_tells_excel_of_utf8() -> None:
    assert as_csv([unit("One", "אחת")]).startswith(b"\xef\xbb\xbfconfidence,lesson,segments,source,")


def changed(content: bytes, **cells: str) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    for name, value in cells.items():
        rows[1][rows[0].index(name)] = value
    saved = io.StringIO(newline="")
    csv.writer(saved).writerows(rows)
    return saved.getvalue().encode()


def test_what_reviewers_do_in_a_spreadsheet() -> None:
    content = as_csv([unit("One", "אחת")])
    [one] = read_csv(changed(content, correction="אחד"))
    assert (one.text, one.approved, one.line) == ("אחד", False, 2)
    [one] = read_csv(changed(content, approved=" Yes "))
    assert (one.text, one.approved) == ("אחת", True)
    [one] = read_csv(changed(content, translation="בתוך התא", approved="no"))
    assert (one.text, one.approved) == ("בתוך התא", False)
    [one] = read_csv(changed(content, approved="maybe"))
    assert one.problem == "'approved' is 'maybe': write yes, or rejected, or leave it empty"


def test_lines_are_those_of_the_file() -> None:
    found = read_csv(as_csv([unit("One\nline", "a"), unit("Two", "b")]) + b"\r\n,short\r\n")
    assert [one.line for one in found] == [2, 4, 6]
    assert found[2].problem == "2 cells where the first line has 13"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "lacks the column 'source'"),
        (b"language,lesson,day,count\n", "lacks the column 'source'"),
        (as_csv([]) + b'"open', "line 2"),
        (as_csv([]) + b"\xe9", "UTF-8"),
        (as_csv([]) + b"a" * (1 << 21), "line 2"),
    ],
)
def test_what_is_no_spreadsheet_of_a_review_is_said(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_csv(content)


def test_xliff_is_as_the_standard_has_it() -> None:
    root = ElementTree.fromstring(as_xliff([unit("Press <x1/>", "הקש <x1/>", ("`a<b`",))]))
    assert root.tag == f"{NS}xliff"
    assert (root.attrib["version"], root.attrib["srcLang"], root.attrib["trgLang"]) == ("2.0", "en", "he")
    file = root.find(f"{NS}file")
    assert file is not None
    assert file.attrib["trgDir"] == "rtl"
    [one] = file
    assert [child.tag.removeprefix(NS) for child in one] == ["notes", "originalData", "segment"]
    data = one.find(f"{NS}originalData/{NS}data")
    assert data is not None
    assert (data.text, data.attrib["id"]) == ("`a<b`", "d1")
    for side in ("source", "target"):
        place = one.find(f"{NS}segment/{NS}{side}/{NS}ph")
        assert place is not None
        shown = {"equiv": "`a<b`", "disp": "`a<b`"}
        assert place.attrib == {"id": "1", "canCopy": "no", "canDelete": "no", "dataRef": "d1"} | shown
    notes = [(note.attrib["category"], note.text) for note in one.iter(f"{NS}note")]
    assert notes == [("confidence", "confidence 0.25"), ("reason", "=why"), ("lesson", "A & B\ufffd")]


# The core of XLIFF 2.0 (OASIS), as far as we write it: what stands in what, in this order, and with which
# attributes (those in capitals are required).
CORE = {
    "xliff": ("file+", "VERSION SRCLANG trgLang"),
    "file": ("unit+", "ID canResegment trgDir"),
    "unit": ("notes? originalData? segment+", "ID"),
    "notes": ("note+", ""),
    "note": ("", "category"),
    "originalData": ("data+", ""),
    "data": ("cp*", "ID"),
    "segment": ("source target?", "state"),
    "source": ("ph|cp", "space"),
    "target": ("ph|cp", "space"),
    "ph": ("", "ID canCopy canDelete dataRef equiv disp"),
    "cp": ("", "HEX"),
}


def assert_core(element: ElementTree.Element) -> None:
    name = element.tag.removeprefix(NS)
    content, attributes = CORE[name]
    inside = "".join(f"{child.tag.removeprefix(NS)} " for child in element)
    order = f"(?:(?:{content}) )*" if "|" in content else re.sub(r"(\w+)(\S?)\s?", r"(?:\1 )\2", content)
    assert re.fullmatch(order, inside), f"{name} holds {inside}"
    # Those of another namespace are allowed; xml:space is that of XML.
    own = {key.rpartition("}")[2] for key in element.attrib if not key.startswith("{urn:langassets")}
    assert {key.lower() for key in attributes.split() if key.isupper()} <= {key.lower() for key in own}, name
    assert {key.lower() for key in own} <= set(attributes.lower().split()), name
    for child in element:
        assert_core(child)


@given(st.lists(st.tuples(ANY, ANY, ANY), min_size=1, max_size=4))
def test_whatever_it_holds_an_xliff_file_follows_the_core_of_the_standard(
    texts: list[tuple[str, str, str]],
) -> None:
    units = [unit(f"{one} <x1/>", f"<x1/>{other}<x2/>", (part,)) for one, other, part in texts]
    root = ElementTree.fromstring(as_xliff(units))
    assert_core(root)
    file = root[0]
    assert len({one.attrib["id"] for one in file}) == len(file)
    for one in file:
        data = [part.attrib["id"] for part in one.iter(f"{NS}data")]
        assert len(set(data)) == len(data)
        for side in ("source", "target"):
            places = [place.attrib for found in one.iter(f"{NS}{side}") for place in found.iter(f"{NS}ph")]
            assert len({place["id"] for place in places}) == len(places)
            assert {place["dataRef"] for place in places if "dataRef" in place} <= set(data)
    assert root.attrib["version"] == "2.0"
    assert {s.attrib["state"] for s in root.iter(f"{NS}segment")} <= {
        "initial",
        "translated",
        "reviewed",
        "final",
    }


def with_units(units: str, version: str = "2.0") -> bytes:
    return (
        f'<xliff xmlns="urn:oasis:names:tc:xliff:document:{version}" xmlns:m="urn:m" version="2.1" '
        f'srcLang="en" trgLang="fr"><file id="f">\n{units}</file></xliff>'
    ).encode()


FROM_A_TOOL = """
<unit id="1"><m:matches><m:match><source>other</source><target>autre</target></m:match></m:matches>
<segment state="reviewed"><source>One. </source><target>Un. </target></segment>
<ignorable><source><ph id="1"/></source></ignorable>
<segment state="final"><source>Two.</source>
<target><mrk id="m1" type="comment">Deux</mrk>.</target></segment></unit>
<unit id="2"><segment><source>Untranslated</source></segment></unit>
<unit id="3" translate="no"><segment><source>A</source><target>B</target></segment></unit>
<unit id="4"><segment state="final"><source>C</source><target><pc id="9">D</pc></target></segment></unit>
"""


def test_what_translation_tools_make_of_a_file() -> None:
    found = read_xliff(with_units(FROM_A_TOOL, version="2.2"))
    assert [(one.line, one.source, one.text, one.approved) for one in found] == [
        (3, "One. <x1/>Two.", "Un. <x1/>Deux.", True),
        (10, "C", "D", True),
    ]
    assert found[1].problem == "it holds a code (pc) that its source did not have"


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("<cp hex='D800'/>", "by a number that is none"),
        ("<cp hex='110000'/>", "by a number that is none"),
        (f"<ph id='{'9' * 5000}'/>", "holds a code"),
    ],
)
def test_a_number_that_means_nothing_is_said(part: str, problem: str) -> None:
    target = f"<segment><source>A</source><target>B{part}</target></segment>"
    [found] = read_xliff(with_units(f"<unit id='1'>{target}</unit>"))
    assert problem in str(found.problem)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no XLIFF file: line 1"),
        (b"no XML", "no XLIFF file: line 1"),
        (as_xliff([unit("a", "b")])[:-20], "no XLIFF file: line"),
        (b"<html/>", "no XLIFF 2 file"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "no XLIFF 2 file"),
        (b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>', "entities"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>', "entities"),
        (with_units("<unit><segment><source>" + "<cp hex='41'/>" * 10_001 + "</source>"), "no lesson has"),
        (b'<?xml version="1.0" encoding="rot13"?><xliff/>', "encoding that is not read"),
        (b'<?xml version="1.0" encoding="big5"?><xliff/>', "encoding that is not read"),
    ],
)
def test_what_is_no_xliff_is_said(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_xliff(content)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@pytest.mark.parametrize("read", [read_csv, read_xliff])
def test_any_bytes_are_read_or_refused(read: Callable[[bytes], list[Reviewed]], content: bytes) -> None:
    with suppress(InputError):
        read(content)


def test_an_xliff_file_has_one_language() -> None:
    with pytest.raises(InputError, match="2 languages \\(en, fr\\)"):
        write_xliff([unit("a", "b"), unit("c", "d", source="fr")], io.StringIO())
