"""Which tests a change can break."""

from pathlib import Path

from langassets_tests.affected import affected
from langassets_tests.conftest import may_begin

IMPORTERS = {
    "langassets.locales": ["langassets.tiering.policy", "langassets_tests.test_locales"],
    "langassets.tiering.policy": ["langassets.jobs.evaluation", "langassets_tests.tiering.test_policy"],
    "langassets.jobs.evaluation": ["langassets_tests.jobs.test_evaluation", "langassets.locales"],
}
TESTS = [
    "langassets_tests.jobs.test_evaluation",
    "langassets_tests.test_locales",
    "langassets_tests.tiering.test_policy",
]


def found(*names: str) -> list[str]:
    return [test.rpartition(".")[2] for test in affected(map(Path, names), IMPORTERS, TESTS)]


def test_what_imports_a_change_by_any_way_is_affected_the_nearest_first() -> None:
    assert found("langassets/locales.py") == ["test_locales", "test_policy", "test_evaluation"]
    assert found("langassets/jobs/evaluation.py") == ["test_evaluation", "test_locales", "test_policy"]


def test_a_changed_test_is_affected_by_itself() -> None:
    assert found("langassets_tests/tiering/test_policy.py") == ["test_policy"]


def test_what_nobody_imports_affects_nothing() -> None:
    assert found("docs/index.md", "langassets/cli/ui.py") == []


def test_a_data_file_counts_as_its_package() -> None:
    assert found("langassets/tiering/policy/words.txt") == ["test_policy", "test_evaluation", "test_locales"]


def test_a_check_runs_something_however_long_collecting_took() -> None:
    assert may_begin(30, loaded=0, collected=2, now=29)
    assert not may_begin(30, loaded=0, collected=2, now=31)
    assert may_begin(30, loaded=0, collected=50, now=59)
    assert not may_begin(30, loaded=0, collected=50, now=61)
