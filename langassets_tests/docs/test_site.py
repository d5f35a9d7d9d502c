"""What is wrong with the site is found when it is built."""

import shutil
from pathlib import Path

import pytest

from langassets_tests.docs.site import build
from langassets_tests.project import ROOT


@pytest.mark.parametrize(
    "broken",
    ["[nowhere](nowhere.md)", "[no such heading](api.md#no-such-heading)", "![no picture](images/none.png)"],
)
def test_a_broken_link_ends_the_build(tmp_path: Path, broken: str) -> None:
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    with (tmp_path / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{broken}\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    assert broken.partition("](")[2].rstrip(")").split("#")[-1] in done.stderr


def test_the_makefile_builds_it_in_a_way_that_sees_broken_links() -> None:
    [command] = [line for line in (ROOT / "Makefile").read_text().splitlines() if "mkdocs build" in line]
    assert "--strict" in command
    assert "quiet" not in command  # MkDocs would not see its own warnings
