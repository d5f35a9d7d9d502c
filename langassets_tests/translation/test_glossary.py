"""The glossary: its file, its languages, and which terms occur."""

from pathlib import Path

import pytest

from langassets.errors import InputError
from langassets.translation.glossary import Glossary, load_glossary
from langassets.translation.recipes import Recipes
from langassets.translation.types import Term


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "glossary.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_reads_terms_by_language(tmp_path: Path) -> None:
    glossary = load_glossary(
        written(tmp_path, '\ufeffTerm,language,Translation\nDagster,*,\npipeline,iw,צינור\n\n"a, b",pt,c\n')
    )
    assert glossary.terms == {
        "*": (Term("Dagster", None),),
        "he": (Term("pipeline", "צינור"),),
        "pt": (Term("a, b", "c"),),
    }
    assert load_glossary(None).terms == {}


def test_the_nearest_language_decides() -> None:
    glossary = Glossary(
        {
            "*": (Term("run", None), Term("step", None)),
            "pt": (Term("run", "execução"),),
            "pt-BR": (Term("run", "rodada"),),
        }
    )
    assert glossary.terms_for("pt-BR") == (Term("run", "rodada"), Term("step", None))
    assert glossary.terms_for("pt-PT")[0] == Term("run", "execução")
    assert glossary.terms_for("he")[0] == Term("run", None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Pipeline runs", ["pipeline"]),
        ("Pipelines run", []),
        ("Use C++ and .NET.", [".NET", "C++"]),
        ("Let's go on", []),
        ("Written in Go.", ["Go"]),
        ("GO away", []),
        ("a service level agreement", ["service level"]),
    ],
)
def test_finds_whole_words(text: str, found: list[str]) -> None:
    terms = tuple(Term(source, None) for source in ("pipeline", "C++", ".NET", "Go", "service level"))
    glossary = Glossary({"*": terms})
    assert [term.source for term in glossary.terms_in([text], "he")] == found


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("term,translation\na,b\n", ["lacks a column: language"]),
        ("", ["lacks a column"]),
        ("term,language,translation\n,he,x\n", ["line 2: the term is empty"]),
        (
            "term,language,translation\na,,x\nb,not a code,y\n",
            ["line 2: the language", "line 3: 'not a code'"],
        ),
        ("term,language,translation\na,he,x\na,iw,y\n", ["line 3: 'a' is there twice for iw"]),
        ("term,language,translation\na,he,x,y\n", ["line 2: more cells than columns"]),
    ],
)
def test_names_each_wrong_line(tmp_path: Path, text: str, problems: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        load_glossary(written(tmp_path, text))
    for problem in problems:
        assert problem in str(caught.value)


def test_says_what_to_do_about_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GLOSSARY_FILE"):
        load_glossary(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="UTF-8"):
        load_glossary(written(tmp_path, "term,language,translation\né,fr,è\n", "latin-1"))


def test_a_lessons_recipe_changes_with_what_shapes_it() -> None:
    glossary = Glossary({"he": (Term("run", "ריצה"),)})
    recipes = [
        Recipes((("openai", "a"),)),
        Recipes((("openai", "b"),)),
        Recipes((("gemini", "a"),)),
        Recipes((("openai", "a"),), glossary),
    ]
    assert len({each.of_lesson("he") for each in recipes}) == 4
    assert recipes[0].of_lesson("ar") == recipes[3].of_lesson("ar")
    assert recipes[0].of_lesson("he", "1 2026-01-01") != recipes[0].of_lesson("he")
    # The second provider stands in; which one it is makes no lesson stale.
    assert Recipes((("openai", "a"), ("gemini", "x"))).of_lesson("he") == recipes[0].of_lesson("he")
    loose = [Recipes((("openai", model),), ignores_model=True).of_lesson("he") for model in "ab"]
    assert loose[0] == loose[1]
