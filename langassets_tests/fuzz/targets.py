"""What is fuzzed: for each kind of input a function that takes any bytes and raises where something is wrong.

Refusing an input with an error of our own is right; any other exception is a finding, and so is input that
comes back changed.
"""

import io
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from langassets.database.usage.lesson_usage import UsageRow
from langassets.errors import InputError
from langassets.ingestion.lessons.files import FoundFile
from langassets.ingestion.lessons.markdown import read_lesson
from langassets.ingestion.review.formats.spreadsheet import read_csv, write_csv
from langassets.ingestion.review.formats.xliff import write_xliff
from langassets.ingestion.review.formats.xliff_reading import read_xliff
from langassets.ingestion.review.units import ReviewUnit, fingerprint
from langassets.ingestion.usage.lines import UsageLines
from langassets.ingestion.usage.rows import check_row
from langassets.storage import keys
from langassets.translation.checks import check, tidy
from langassets.translation.documents.content import TRANSLATED
from langassets.translation.documents.document import body_of, document
from langassets.translation.documents.segments import segment_text
from langassets.translation.exchange.tmx import TmxFile, write_tmx
from langassets.translation.glossary import load_glossary
from langassets.translation.providers.answers import AnswerReader, read_answer
from langassets.translation.types import Finish, MemoryKey, Remembered, Segment, TokenUsage
from langassets_tests.fuzz.api_target import api

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_TODAY = date(2026, 11, 24)
_TYPES = [*TRANSLATED, "quiz"]
# Neither the language of any content nor named in one: translated into itself, everything stays.
_UNUSED = "mt"
_TAG = re.compile("<x[1-9][0-9]*/>")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def markdown(data: bytes) -> None:
    """Any Markdown comes back byte for byte, and takes other words or refuses them."""
    source = _text(data)
    for is_markdown in (True, False):
        with suppress(InputError):
            segmented = segment_text(source, markdown=is_markdown)
            texts = [segment.text for segment in segmented.segments]
            assert segmented.rebuild(texts) == source, "the text came back changed"
            segmented.rebuild([_swapped(text) for text in texts])


def content(data: bytes) -> None:
    """Any JSON of a lesson, translated into itself, is what it was; it can be stored or is refused."""
    try:
        value = json.loads(_text(data[1:]))
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict):
        with suppress(InputError):
            made = document(_TYPES[data[0] % len(_TYPES)], value, _UNUSED)
            rebuilt = made.rebuild({text: text for text in made.texts}, _UNUSED)
            assert repr(rebuilt) == repr(value), "the content came back changed"
            body_of(made.rebuild({text: _swapped(text) for text in made.texts}, "he"))


def usage_csv(data: bytes) -> None:
    """Every line of a usage file is a row that makes sense or has a reason why it is none."""
    with suppress(InputError):
        for block in UsageLines(Path("usage.csv"), io.BytesIO(data), _TODAY):
            assert all(number > 1 for number, _ in block.bad)
            days = map(date.fromisoformat, block.days)
            for row in zip(block.languages, block.lessons, days, block.requests, strict=True):
                check_row(UsageRow(*row), _TODAY)


def glossary(data: bytes) -> None:
    """Any file is a glossary or is refused; the terms of one are found in themselves."""
    with tempfile.NamedTemporaryFile(dir=_MEMORY, suffix=".csv") as file:
        file.write(data)
        file.flush()
        with suppress(InputError):
            found = load_glossary(Path(file.name))
            for language in found.terms:
                terms = found.terms_for(language)
                found_terms = {term.source for term in found.terms_in([t.source for t in terms], language)}
                assert found_terms == {term.source for term in terms}, "a term does not occur in itself"


def markdown_file(data: bytes) -> None:
    """Any file is a lesson or is refused with a reason, which is what ValueError means there."""
    with tempfile.NamedTemporaryFile(dir=_MEMORY, suffix=".md") as file:
        file.write(data)
        file.flush()
        with suppress(ValueError):
            lesson = read_lesson(FoundFile("a/b.md", Path(file.name)))
            assert lesson.text.encode() == data
            assert 0 < len(lesson.title) <= 255


def tmx(data: bytes) -> None:
    """Any file is a memory or is refused; what was taken goes out and comes back the same."""
    with suppress(InputError):
        _tmx_round([one.kept for one in TmxFile(io.BytesIO(data), "en") if one.kept.provider == "tmx"])
    one, other = _two_texts(data)
    if not _NOT_XML.search(one + other) and sorted(_TAG.findall(one)) == sorted(_TAG.findall(other)):
        key = MemoryKey(f"{one} <x1/> a", "en", "he", "")
        _tmx_round([Remembered(key, f"<x1/>{other} b", "tmx", "", "import")])


def _tmx_round(units: list[Remembered]) -> None:
    written = io.StringIO()
    assert write_tmx(units, written, version="1", made_at=_NOW, source_language="en") == len(units)
    file = TmxFile(io.BytesIO(written.getvalue().encode()), "en")
    back = [one.kept for one in file]
    if file.left_out:  # what could do harm on a page is written, and not taken in
        return
    assert [(u.key.text, u.translation) for u in back] == [(u.key.text, u.translation) for u in units]


def xliff(data: bytes) -> None:
    """Any file is a review or is refused; what goes out comes back the same."""
    with suppress(InputError):
        read_xliff(data)
    units = _review_units(data)
    written = io.StringIO(newline="")
    write_xliff(units, written)
    _assert_back(units, [(r.source, r.text, r.exported) for r in read_xliff(written.getvalue().encode())])


def spreadsheet(data: bytes) -> None:
    """The same for a review in a spreadsheet."""
    with suppress(InputError):
        read_csv(data)
    units = _review_units(data.replace(b"\xed", b""))
    written = io.StringIO(newline="")
    write_csv(units, written)
    content = written.getvalue().encode("utf-8", "replace")
    _assert_back(units, [(r.source, r.text, r.exported) for r in read_csv(content)])


def _review_units(data: bytes) -> list[ReviewUnit]:
    one, other = _two_texts(data)
    return [ReviewUnit("en", "he", Segment(f"a{one} <x1/>", (other,)), f"b<x1/>{other}", 0.5, (one,), (one,))]


def _assert_back(units: list[ReviewUnit], back: list[tuple[str, str, str]]) -> None:
    assert back == [(u.segment.text, u.translation, fingerprint(u.translation)) for u in units]


def answer(data: bytes) -> None:
    """Whatever a model writes is read as translations of what was asked for, or as a problem; and in pieces,
    as it streams, it is read as an answer that was cut where it stands."""
    first, text = (data or b"\0")[0], _text(data[1:])
    read = read_answer(text, 3, TokenUsage(1, 1), [Finish.COMPLETE, Finish.TRUNCATED][first % 2])
    assert set(read.texts) <= {0, 1, 2}
    assert read.problem or set(read.texts) == {0, 1, 2}
    reader, size = AnswerReader(3), first // 2 + 1
    for start in range(0, len(text), size):
        reader.read(text[start : start + size])
    assert reader.texts == read_answer(text, 3, TokenUsage(1, 1), Finish.TRUNCATED).texts


def checks(data: bytes) -> None:
    """Whatever a model answers can be tidied and judged, and tidying twice is tidying once."""
    one, other = _two_texts(data)
    segmented = segment_text(one)
    for segment in segmented.segments[:3]:
        for language in ("he", "fr", "zh-CN"):
            tidied = tidy(segment.text, other, language)
            assert tidy(segment.text, tidied, language) == tidied, "tidied twice is another"
            check(segment, tidied, "en", language)


def key(data: bytes) -> None:
    """A key that is taken for a lesson's is that lesson's very key."""
    text = _text(data)
    lesson = keys.parse(text)
    assert lesson is None or lesson.key == text
    archived = keys.parse_archived(text)
    assert archived is None or keys.archived(*archived) == text
    for each in (lesson, archived and archived[0]):
        assert each is None or keys.is_key(each.key)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass") if _is_text(data) else data.decode("latin-1")


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _two_texts(data: bytes) -> tuple[str, str]:
    one, _, other = _text(data).partition("\x1f")
    return one, other


def _swapped(text: str) -> str:
    """A stand-in for a translation, with its tags."""
    return re.sub(r"<x\d+/>|(.)", lambda found: found[1].swapcase() if found[1] else found[0], text)


_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

TARGETS: Mapping[str, Callable[[bytes], None]] = {
    function.__name__: function
    for function in (
        markdown,
        content,
        usage_csv,
        glossary,
        markdown_file,
        tmx,
        xliff,
        spreadsheet,
        answer,
        checks,
        key,
        api,
    )
}
