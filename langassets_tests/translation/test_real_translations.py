"""The checks over real translations, as if a model had just answered with them.

Every block of four languages was read: `benchmarks/checks/verdicts.txt` says which are left untranslated,
wholly or in part, and which may stay as they are or not; all others of these languages are sound.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from benchmarks.checks.__main__ import main
from benchmarks.checks.blocks import Block, blocks
from benchmarks.checks.verdicts import verdict_on, verdicts
from langassets.translation.checks import check
from langassets_tests.translation.structural_edits import PAIRS

READ_WHOLLY = ("he", "ar", "fr", "es")


@cache
def read_blocks() -> list[tuple[Block, str]]:
    """Each block of the languages that were read wholly, and its verdict."""
    known = verdicts()
    return [
        (block, verdict_on(block, known) or "sound")
        for language in READ_WHOLLY
        for block in blocks(PAIRS, "en", language)
    ]


@cache
def counts() -> Counter[tuple[str, bool]]:
    """How many blocks have which verdict and are refused, or not."""
    return Counter((verdict, bool(block.refused_by)) for block, verdict in read_blocks())


def test_the_checks_name_what_stands_untranslated() -> None:
    assert counts()["untranslated", True] > 80
    assert counts()["untranslated", False] <= 0.01 * counts()["untranslated", True]


def test_the_checks_are_quiet_about_sound_translations() -> None:
    assert counts()["sound", False] > 1_000
    assert counts()["sound", True] <= 0.003 * counts()["sound", False]


def test_the_same_blocks_left_in_english_are_named_in_every_language() -> None:
    for block, verdict in read_blocks():
        if verdict == "untranslated":
            found = check(block.segment, block.segment.text, "en", block.language)
            assert "untranslated" in {finding.name for finding in found}, (block.language, block.segment.text)


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
    for block, verdict in read_blocks():
        if verdict != "sound" or block.refused_by or block.unchanged:
            continue
        for name, spoiled in spoilt(block.translation):
            tried[name] += 1
            found = {finding.name for finding in check(block.segment, spoiled, "en", block.language)}
            assert name in found or (name == "length" and found), (block.language, spoiled, name)
    assert min(tried.values()) > 5, tried


@pytest.mark.pages
@pytest.mark.parametrize("arguments", [[], ["--set-aside"], ["--set-aside", "--without", "pcm"]])
def test_the_figures_in_the_docs_are_these(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main([str(PAIRS), *arguments])
    page = (Path(__file__).parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")
    *_, row = capsys.readouterr().out.splitlines()
    assert row in page.splitlines()
