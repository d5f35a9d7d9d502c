"""The figures of the checks: drawn so that what was read is drawn again, and counted as statistics has it."""

from pathlib import Path

import pytest

from benchmarks.checks.blocks import Block, blocks
from benchmarks.checks.report import Read, part, wilson
from benchmarks.checks.verdicts import drawn, verdict_on, verdicts
from langassets.translation.types import Segment


def block(text: str, *refused_by: str) -> Block:
    return Block("fr", "a.md", Segment(text), text, refused_by)


def test_intervals_are_wilsons() -> None:
    """The values are those of Newcombe (1998), Statistics in Medicine 17, table I."""
    assert (round(wilson(81, 263).low, 4), round(wilson(81, 263).high, 4)) == (0.2553, 0.3662)
    assert (round(wilson(0, 20).low, 4), round(wilson(0, 20).high, 4)) == (0, 0.1611)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


def test_a_share_of_what_was_read_stands_for_all_of_its_kind() -> None:
    refused, passed = (
        Read(100, ["sound"] + ["untranslated"] * 8 + ["either", "apart"]),
        Read(900, ["sound"] * 9),
    )
    assert part(refused, passed, ["sound"]).value == pytest.approx(10 / 910)


def test_what_was_drawn_is_drawn_again_when_the_checks_have_changed() -> None:
    every = [block(f"Text {number}") for number in range(500)]
    fewer = [block(one.segment.text, "numbers") for number, one in enumerate(every) if number % 10]
    kept = {one.key for one in drawn(every, 50, "1")} & {one.key for one in fewer}
    assert kept <= {one.key for one in drawn(fewer, 50, "1")}


def test_a_verdict_in_a_language_goes_before_one_for_all() -> None:
    one = block("Mode")
    assert verdict_on(one, {("*", one.key): "untranslated"}) == "untranslated"
    assert verdict_on(one, {("*", one.key): "untranslated", ("fr", one.key): "sound"}) == "sound"
    assert verdict_on(one, {("nl", one.key): "sound"}) is None


def test_a_word_that_is_no_verdict_is_named(tmp_path: Path) -> None:
    (tmp_path / "verdicts.txt").write_text("# a comment\nfr 0123456789ab souond\n", encoding="utf-8")
    with pytest.raises(ValueError, match="souond"):
        verdicts(tmp_path / "verdicts.txt")


def test_documents_of_two_versions_are_held_together_by_what_is_certain(tmp_path: Path) -> None:
    for language, text in {
        "en": "One\n\n[A](a.md)\n\nTwo\n\n[B](b.md)",
        "fr": "Un\n\nNeuf\n\n[A](a.md)\n\nDeux\n\n[B](b.md)",
    }.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.md").write_text(text, encoding="utf-8")
    found = [(one.segment.text, one.translation) for one in blocks(tmp_path, "en", "fr")]
    assert found == [("[A](<x1/>)", "[A](<x1/>)"), ("Two", "Deux"), ("[B](<x1/>)", "[B](<x1/>)")]
