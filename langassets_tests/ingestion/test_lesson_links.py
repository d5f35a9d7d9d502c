"""An import notes which headings lessons link to in each other, and names once what links find nowhere."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data
from langassets.ingestion.lessons.folder import import_lessons
from langassets.translation.markdown.anchors.slugs import Site, Slugs, site_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "site" / "docs"
    links = "[b](../lesson-2.md#what-is-next) [c](../lesson-2.md#gone) [d](x.md)"
    write(made, "intro/index.md", f"# Start\n\n{links}\n")
    links = "[a](../intro/#start) [e](intro/#start) [in](#two) [f](#away)"
    write(made, "lesson-2.md", f"# Two\n\n{links}\n\n## What is next\n")
    links = "[g](/intro#start) [h](lesson-2.md#gone) [i](x.md) [j](k.png#l) `[m](n.md)`"
    write(made, "three.md", f"# Three\n\n{links}\n")
    return made


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def noted(engine: sa.Engine) -> dict[str, object]:
    with reading(engine) as connection:
        found = content_data(connection, [(str(one), "text") for one in (1, 2, 3)])
        return {lesson: data.get("linked_headings") for lesson, _, data in found}


def test_headings_that_other_lessons_link_to_are_noted(engine: sa.Engine, folder: Path) -> None:
    report = import_lessons(engine, folder)
    assert noted(engine) == {"1": ["start"], "2": ["what-is-next"], "3": None}
    assert report.lost == {
        "lesson-2.md#away": "lesson-2.md",
        "lesson-2.md#gone": "intro/index.md",
        "x.md": "intro/index.md",
    }
    assert import_lessons(engine, folder).unchanged == 3
    write(folder, "three.md", "# Three\n\n[g](lesson-2.md#two)\n")
    assert import_lessons(engine, folder).updated == ["lesson-2.md", "three.md"]
    assert noted(engine) == {"1": ["start"], "2": ["two", "what-is-next"], "3": None}


def test_nothing_is_noted_where_it_is_not_wanted(engine: sa.Engine, folder: Path) -> None:
    report = import_lessons(engine, folder, slugs=Slugs.OFF)
    assert (noted(engine), report.lost) == ({"1": None, "2": None, "3": None}, {})


@pytest.mark.parametrize(
    ("path", "text", "site"),
    [
        ("site/mkdocs.yml", "markdown_extensions:\n  - attr_list\n", Site(Slugs.MKDOCS, knows_braces=True)),
        ("site/mkdocs.yaml", "# attr_list\nsite_name: x\n", Site(Slugs.MKDOCS)),
        ("site/docusaurus.config.ts", "", Site(Slugs.DOCUSAURUS, knows_braces=True)),
        ("site/docs/.vitepress/config.mts", "", Site(Slugs.VITEPRESS, knows_braces=True)),
        ("site/other.yml", "", Site(Slugs.AUTO)),
    ],
)
def test_what_a_folder_is_made_for_is_told_by_what_lies_in_it(
    folder: Path, path: str, text: str, site: Site
) -> None:
    write(folder.parent.parent, path, text)
    assert site_of(folder) == site
    assert site_of(folder, Slugs.GITHUB) == Site(Slugs.GITHUB)
    assert site_of(folder, Slugs.OFF).slugs is Slugs.OFF
