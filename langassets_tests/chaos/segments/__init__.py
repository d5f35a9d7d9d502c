"""Lessons change, people edit objects and speak of translations, models fail, preloads are killed: what must
hold of every segment."""

from langassets_tests.chaos.segments.runs import Runs


class SegmentsMachine(Runs):
    """All of it in one life, in any order."""
