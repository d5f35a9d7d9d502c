"""SECURITY.md: what it says is held by tests is held by tests that are there."""

import re

from langassets_tests.security.licences import ROOT

_TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_line_names_tests_that_are_there() -> None:
    rows = re.findall(r"^\| (?!against|---)(.+?) \| .+ \| (.+?) \|$", _TEXT, re.MULTILINE)
    assert len(rows) >= 14
    for against, tests in rows:
        named = re.findall(r"`([a-z_/]+\.py)`", tests)
        assert named, against
        for name in named:
            assert "def test_" in (ROOT / "langassets_tests" / name).read_text(encoding="utf-8"), name


def test_no_code_in_data_and_no_archive() -> None:
    risky = re.compile(r"\b(pickle|marshal|shelve|zipfile|tarfile|eval|exec|shell=True|yaml\.load\()\b(?!-)")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "langassets").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if risky.search(line.partition("#")[0]) and '"""' not in line
    ]
    assert found == []
