"""The memory, out as TMX and in again, by the command."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from langassets_tests.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, {"PREDEFINED_LANGUAGES": "he"})
    made.ok("langassets", "demo")  # which stores French, and so remembers it
    return made


def test_what_goes_out_comes_in_again(project: Project) -> None:
    file = project.folder / "memory.tmx"
    written = project.ok("langassets", "export-memory", str(file))
    units = ElementTree.parse(file).findall(".//tu")
    assert f"{len(units)} translations written" in written
    assert {t.get("{http://www.w3.org/XML/1998/namespace}lang") for t in units[0].findall("tuv")} == {
        "en",
        "fr",
    }
    elsewhere = Project(project.folder, {"LANGASSETS_HOME": str(project.folder / "elsewhere")})
    assert f"{len(units)} translations taken in" in elsewhere.ok("langassets", "import-memory", str(file))


def test_a_teams_translation_is_used_and_not_paid_for(project: Project) -> None:
    file = project.folder / "team.tmx"
    lesson = project.folder / "lessons"
    lesson.mkdir()
    (lesson / "one.md").write_text("All life is made of cells.\n")
    file.write_text(
        '<tmx version="1.4"><header srclang="en"/><body><tu>'
        '<tuv xml:lang="en"><seg>All life is made of cells.</seg></tuv>'
        '<tuv xml:lang="he-IL"><seg>כל החיים עשויים מתאים.</seg></tuv></tu></body></tmx>',
        encoding="utf-8",
    )
    own = Project(project.folder, {"LANGASSETS_HOME": "own", "PREDEFINED_LANGUAGES": "he"})
    own.ok("langassets", "import-lessons", str(lesson))
    own.ok("langassets", "import-memory", str(file))
    own.ok("langassets", "run", "preload")
    [stored] = (project.folder / "own" / "storage" / "he").rglob("text.json")
    assert "כל החיים עשויים מתאים." in stored.read_text(encoding="utf-8")


def test_a_file_that_is_no_tmx_is_refused(project: Project) -> None:
    (project.folder / "bad.tmx").write_text("<tmx><body><tu>")
    done = project.run("langassets", "import-memory", "bad.tmx")
    assert done.returncode == 2
    assert "line 1" in done.stderr
    missing = project.run("langassets", "import-memory", "missing.tmx")
    assert missing.returncode == 2
    assert "missing.tmx cannot be read: there is no such file" in missing.stderr
    wrong = project.run("langassets", "import-memory", "bad.tmx", "--source", "english!")
    assert wrong.returncode == 2
    assert "'english!' is not a language code" in wrong.stderr


def test_a_variant_serves_where_nothing_exact_is_and_the_report_says_so(project: Project) -> None:
    own = Project(project.folder, {"LANGASSETS_HOME": "own", "PREDEFINED_LANGUAGES": "pt-PT"})

    def sides(english: str, **variants: str) -> str:
        every = {"en": english, **{tag.replace("_", "-"): text for tag, text in variants.items()}}
        return "".join(f'<tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in every.items())

    units = (
        sides("Bus stop", pt_PT="Paragem"),
        sides("Bus stop", pt_BR="Ponto"),  # in a unit of its own, behind the exact one
        sides("Fridge", pt_BR="Geladeira"),
        sides("Train", pt_BR="Trem"),
        sides("Train", pt_PT="Comboio", de="Zug"),  # the exact one behind
    )
    body = "".join(f"<tu>{unit}</tu>" for unit in units)
    file = project.folder / "variants.tmx"
    file.write_text(f'<tmx version="1.4"><header srclang="en"/><body>{body}</body></tmx>', encoding="utf-8")
    assert own.ok("langassets", "import-memory", str(file)).splitlines()[:4] == [
        "4 translations taken in.",
        "  1 of them for pt-PT in pt-BR, for want of exact ones",
        "  1 of them for de, which is not in use: they wait until it is",
        "  2 left out: a near variant, where an exact translation is in memory",
    ]
    own.ok("langassets", "export-memory", "out.tmx", "--language", "pt-PT")
    written = (project.folder / "out.tmx").read_text(encoding="utf-8")
    assert [text for text in ("Paragem", "Ponto", "Geladeira", "Trem", "Comboio") if text in written] == [
        "Paragem",
        "Geladeira",
        "Comboio",
    ]
