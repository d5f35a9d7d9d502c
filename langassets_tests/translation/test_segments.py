"""Segments: whatever is not translated comes back byte for byte."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from langassets.translation.segments import SegmentedText, segment_text
from langassets_tests.translation.lessons import LANGUAGES, lesson_files, read
from langassets_tests.translation.texts import markdown


def identity(segmented: SegmentedText) -> str:
    """The text rebuilt from its own segments."""
    return segmented.rebuild([segment.text for segment in segmented.segments])


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_lessons_come_back_byte_for_byte(language: str) -> None:
    files: list[Path] = lesson_files(language)
    for path in files:
        source = read(path)
        segmented = segment_text(source)
        assert identity(segmented) == source, path.name
        assert len(segmented.segments) > 5, path.name


@given(markdown())
@settings(max_examples=400)
def test_any_markdown_comes_back_byte_for_byte(source: str) -> None:
    assert identity(segment_text(source)) == source


@given(markdown())
def test_any_plain_text_comes_back_byte_for_byte(source: str) -> None:
    assert identity(segment_text(source, markdown=False)) == source
