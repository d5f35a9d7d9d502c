"""The glossary: its file, its languages, and which terms occur."""

from pathlib import Path

import pytest

from langassets.errors import InputError
from langassets.translation.checks import check
from langassets.translation.glossary import Glossary, load_glossary
from langassets.translation.recipes import Recipes
from langassets.translation.types import Segment, Term


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


def test_reads_wordings_and_notes(tmp_path: Path) -> None:
    glossary = load_glossary(
        written(
            tmp_path,
            "term,language,translation,note\nday,ru,день|дня | дней,a lesson's\n||,*,,the operator\n"
            "or,*,||,\n,de,,Address the reader as du.\n,*,,For children.\n",
        )
    )
    assert glossary.terms_for("ru") == (
        Term("", None, note="For children."),
        Term("day", "день", ("дня", "дней"), "a lesson's"),
        Term("or", "||"),
        Term("||", None, note="the operator"),
    )
    assert glossary.terms_in(["Anything."], "de") == (Term("", None, note="Address the reader as du."),)
    assert glossary.terms_in(["Some days."], "ru") == (Term("", None, note="For children."),)


def test_wordings_and_notes_make_those_texts_stale_that_they_concern() -> None:
    def recipe(text: str, *terms: Term) -> str:
        return Recipes((("openai", "a"),), Glossary({"ru": terms})).keys(text, "en", "ru")[0].recipe

    plain, noted = Term("day", "день"), Term("day", "день", note="of a lesson")
    either, for_all = Term("day", "день", ("дня",)), Term("", None, note="Write as to friends.")
    assert len({recipe("A day.", term) for term in (plain, noted, either, for_all)}) == 4
    assert recipe("A night.", plain) == recipe("A night.", noted) == recipe("A night.", either)
    assert recipe("A night.", for_all) != recipe("A night.")
    assert Term.of(*noted.parts) == noted
    assert Term.of(*plain.parts) == plain
    assert Recipes((("a", "b"),), Glossary({"ru": (for_all,)})).of_object("ru").glossary


@pytest.mark.parametrize(
    ("language", "wording", "translation"),
    [
        ("ar", "درس", "افتح كل الدروس الآن."),
        ("ar", "كتاب", "افتح كل الكتب الآن."),
        ("ar", "مدرسة", "افتح كل المدارس الآن."),
        ("he", "צומת", "פתחו עכשיו את כל הצמתים."),
        ("he", "אישה|נשים", "פתחו עכשיו את כל הנשים."),
        ("ru", "ссылка", "Сейчас откройте пять ссылок."),
        ("ru", "список", "Сейчас откройте середину списка."),
        ("uk", "книжка", "Зараз відкрийте п'ять книжок."),
        ("cs", "stránka", "Teď otevřete pět stránek."),
        ("pl", "książka", "Teraz otwórz pięć książek."),
        ("hu", "bokor", "Most nyissa ki az összes bokrot."),
        ("de", "Buch", "Öffnen Sie jetzt alle Bücher."),
        ("es", "lección", "Abra ahora todas las lecciones."),
        ("tr", "kitap", "Şimdi bütün kitapları açın."),
    ],
)
def test_a_term_is_found_in_its_forms(language: str, wording: str, translation: str) -> None:
    assert of_terms(language, wording, translation) == []
    spoilt = " ".join(translation.split()[:2])
    assert of_terms(language, wording, spoilt) == ["glossary" if language in {"de", "es"} else "inflection"]


@pytest.mark.parametrize(
    ("language", "wording", "translation"),
    [
        ("he", "אישה", "פתחו עכשיו את כל הנשים."),
        ("ru", "день", "Сейчас откройте семь дней."),
        ("cs", "dům", "Teď otevřete všechny domy."),
        ("fi", "käsi", "Pidä sitä kädessä nyt."),
        ("sw", "kitabu", "Sasa fungua vitabu vyote."),
        ("cy", "cath", "Agorwch bob gath nawr."),
        ("is", "barn", "Opnaðu nú öll börnin."),
    ],
)
def test_a_form_that_shares_no_stem_is_a_doubt_and_no_error(
    language: str, wording: str, translation: str
) -> None:
    segment, terms = Segment("Open every item now."), (Term("item", wording),)
    found = check(segment, translation, "en", language, terms=terms, names={"glossary", "inflection"})
    assert [finding.is_doubt for finding in found] in ([True], [])


def of_terms(language: str, cell: str, translation: str) -> list[str]:
    """What the checks of terms say of a translation, for a cell of the glossary."""
    wording, *others = cell.split("|")
    terms = (Term("item", wording, tuple(others)), Term("", None, note="Said of every text."))
    names = {"glossary", "inflection"}
    found = check(Segment("Open every item now."), translation, "en", language, terms=terms, names=names)
    return [finding.name for finding in found]


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
            "term,language,translation,note\n,he,x,y\n,he,formal,y\n,he,,z\n,fr,informal,\n",
            ["line 2: the term", "line 4: 'a note"],
        ),
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
    assert len({each.of_object("he").language for each in recipes}) == 4
    assert recipes[0].of_object("ar").language == recipes[3].of_object("ar").language
    assert recipes[0].of_object("he", "1 2026-01-01").language != recipes[0].of_object("he").language
    # The second provider stands in; which one it is makes no lesson stale.
    assert (
        Recipes((("openai", "a"), ("gemini", "x"))).of_object("he").language
        == recipes[0].of_object("he").language
    )
    loose = [Recipes((("openai", model),), ignores_model=True).of_object("he").language for model in "ab"]
    assert loose[0] == loose[1]
