"""The checks over real translations, as if a model had just answered with them.

`real_blocks.txt` says which blocks stand untranslated (wholly or in part) and which may stay as they are or
not: both were told by reading, not by a check. Everything else counts as sound. How, is in docs/quality.md,
and its figures are held against this count.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from langassets.translation.checks import check, tidy
from langassets.translation.documents.segments import segment_text
from langassets.translation.types import Segment
from langassets_tests.translation.lessons import LESSONS, lesson_files, read

TRANSLATIONS = ("he", "ar", "fr", "es")
LEFT_UNTRANSLATED = {"untranslated", "script", "letters", "language"}

# The translations of index.md were made of another version: its list of languages is another one, with one
# block more and two labels of it, so only the blocks before and after it answer to each other.
INDEX_BLOCKS = {number: number if number < 4 else number + 3 for number in (*range(4), *range(61, 79))}
# The table of languages in supported-languages.md: codes, names, yes and no.
LANGUAGE_TABLE = range(8, 228)


@cache
def segments(language: str, name: str) -> tuple[Segment, ...]:
    """The segments of one lesson."""
    return segment_text(read(LESSONS / language / name)).segments


@cache
def verdicts() -> dict[tuple[str, str, int], tuple[str, str]]:
    """The verdict on each block that is not simply sound, with the hash of the text that was read."""
    lines = (Path(__file__).parent / "real_blocks.txt").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split() for line in lines]
    return {(row[0], row[1], int(row[2])): (row[3], row[4]) for row in rows}


def blocks(language: str) -> Iterator[tuple[str, int, Segment, Segment]]:
    """Each block of the English lessons with its translation."""
    for path in lesson_files("en"):
        sources, translations = segments("en", path.name), segments(language, path.name)
        numbers = INDEX_BLOCKS if path.stem == "index" else {number: number for number in range(len(sources))}
        assert path.stem == "index" or len(sources) == len(translations), path.name
        for number, other in numbers.items():
            yield path.stem, number, sources[number], translations[other]


@cache
def counts(language: str) -> Counter[str]:
    """How many blocks are what, and of how many the checks say so."""
    counted: Counter[str] = Counter()
    for lesson, number, source, translation in blocks(language):
        _, verdict = verdicts().get((language, lesson, number), ("", "sound"))
        table = lesson == "supported-languages" and number in LANGUAGE_TABLE
        found = check(source, tidy(source.text, translation.text, language), "en", language)
        counted[verdict] += 1
        counted[f"{verdict} prose"] += not table
        if verdict == "untranslated":
            counted["named"] += bool(LEFT_UNTRANSLATED & {finding.name for finding in found})
        elif verdict == "sound" and found:
            counted["alarms"] += 1
            counted["alarms prose"] += not table
    return counted


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_verdicts_are_on_the_texts_that_were_read(language: str) -> None:
    texts = {(lesson, number): translation.text for lesson, number, _, translation in blocks(language)}
    for (of, lesson, number), (digest, _) in verdicts().items():
        if of == language:
            assert hashlib.sha256(texts[lesson, number].encode()).hexdigest().startswith(digest)


def test_the_checks_name_what_stands_untranslated() -> None:
    total = sum((counts(language) for language in TRANSLATIONS), Counter[str]())
    assert total["untranslated"] > 80
    assert total["named"] >= 0.99 * total["untranslated"]


def test_the_checks_are_quiet_about_sound_translations() -> None:
    total = sum((counts(language) for language in TRANSLATIONS), Counter[str]())
    assert total["sound prose"] > 1_000
    assert total["alarms"] < 0.01 * total["sound"]
    assert total["alarms prose"] < 0.01 * total["sound prose"]


def test_the_same_blocks_left_in_english_are_named_in_every_language() -> None:
    for language in TRANSLATIONS:
        for lesson, number, source, _ in blocks(language):
            if (language, lesson, number) in verdicts() and verdicts()[language, lesson, number][
                1
            ] == "untranslated":
                found = {finding.name for finding in check(source, source.text, "en", language)}
                assert "untranslated" in found, (language, lesson, number)


def spoilt(translation: str) -> Iterator[tuple[str, str]]:
    """The ways in which a real translation can be spoilt, and the check that should see each."""
    if "<x1/>" in translation:
        yield "protected", translation.replace("<x1/>", "", 1)
        yield "protected", translation.replace("<x1/>", "<x1/> <x1/>", 1)
        yield "protected", translation.replace("<x1/>", "<x7777/>", 1)
    if "**" in translation:
        yield "markup", translation.replace("**", "", 1)
    if digit := re.search(r"(?<![x\d])\d", translation):
        other = str((int(digit[0]) + 1) % 10)
        yield "numbers", translation[: digit.start()] + other + translation[digit.end() :]
    if len(translation) > 60:
        yield "length", translation[: len(translation) // 6]
        yield "length", translation * 3
    yield "wrapping", f"```\n{translation}\n```"
    yield "characters", translation + "\x07"
    yield "addresses", translation + " https://example.org"
    yield "script", translation + " Привет"


def test_a_real_translation_that_is_spoilt_is_named() -> None:
    tried: Counter[str] = Counter()
    for language in TRANSLATIONS:
        for lesson, number, source, translation in blocks(language):
            if lesson == "supported-languages" and number in LANGUAGE_TABLE:
                continue
            text = tidy(source.text, translation.text, language)
            if (language, lesson, number) in verdicts() or check(source, text, "en", language):
                continue
            for name, spoiled in spoilt(text):
                tried[name] += 1
                found = {finding.name for finding in check(source, spoiled, "en", language)}
                assert name in found or (name == "length" and found), (language, lesson, number, name)
    assert min(tried.values()) > 20, tried


def test_the_figures_in_the_docs_are_these() -> None:
    text = (Path(__file__).parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (he|ar|fr|es) \|(.*)\|$", text, re.MULTILINE))
    columns = ("untranslated", "named", "sound", "alarms", "sound prose", "alarms prose", "either")
    counted = {language: [counts(language)[column] for column in columns] for language in TRANSLATIONS}
    assert {language: [int(cell) for cell in row.split("|")] for language, row in rows.items()} == counted
