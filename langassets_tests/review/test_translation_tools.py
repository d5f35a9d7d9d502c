"""Review files as a real tool of translators saves them, which is not always what its user meant."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate.storage.placeables import StringElem
from translate.storage.xliff2 import Xliff2File, Xliff2Unit

from langassets.ingestion.review.formats.xliff import write_xliff
from langassets.ingestion.review.formats.xliff_reading import read_xliff
from langassets.ingestion.review.old_rest import has_old_rest
from langassets.ingestion.review.units import ReviewUnit
from langassets.translation.types import Segment

SOURCE = "Run <x1/> in the shell of your choice, then <x2/> again to see what has changed."
OLD = "Ejecuta <x1/> en la terminal que prefieras y luego otra vez <x2/> para ver qué ha cambiado."
NEW = "Ejecute git en la consola que más le guste y después otra vez git para ver los cambios."
PROTECTED = ("`git status`", "`git diff`")

WORDS = st.lists(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=9), min_size=1, max_size=9)


def saved(edit: object, old: str = OLD) -> bytes:
    """A review file of one unit after translate-toolkit has read it, edited the unit and written it."""
    file = io.StringIO(newline="")
    write_xliff([ReviewUnit("en", "es", Segment(SOURCE, PROTECTED), old)], file)
    read = Xliff2File.parsestring(  # type: ignore[no-untyped-call]
        file.getvalue().encode()
    )
    [unit] = [one for one in read.units if isinstance(one, Xliff2Unit)]
    assert callable(edit)
    edit(unit)
    return bytes(read)


def test_what_nobody_touches_comes_back_as_it_went_out() -> None:
    [back] = read_xliff(saved(lambda _: None))
    assert (back.source, back.text, back.problem) == (SOURCE, OLD, None)


def test_a_plain_target_leaves_the_old_rest_behind_and_is_known_by_it() -> None:
    def plain(unit: Xliff2Unit) -> None:
        unit.target = NEW

    [back] = read_xliff(saved(plain))
    assert back.text == NEW + OLD[OLD.index("<x1/>") :]  # else this library does better by now: rejoice
    assert has_old_rest(back.text, OLD)


def test_a_reviewer_sees_what_a_placeholder_stands_for() -> None:
    def seen(unit: Xliff2Unit) -> None:
        [element] = unit.rich_target
        assert isinstance(element, StringElem)
        shown = [
            part.xml_node.get("disp")
            for part in element.depth_first()  # type: ignore[no-untyped-call]
            if hasattr(part, "xml_node")
        ]
        assert shown == [*PROTECTED]

    saved(seen)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        ("<x1/> läuft danach von selbst weiter.", "Der Dienst läuft danach selbst."),
        ("חדש: <x1/> מפעיל את השרת מחדש.", "השרת מופעל מחדש בעזרתו"),
        ("先に <x1/> を実行し、結果を確かめます。", "コマンドを実行してから結果を確認します。"),
        ("Descargue hoy mismo el programa desde <x1/> gratis.", "Descargue el programa gratis hoy mismo."),
    ],
)
def test_a_whole_sentence_before_the_old_rest_is_told(old: str, new: str) -> None:
    assert has_old_rest(f"{new}{old[old.index('<x1/>') :]}", old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, OLD),
        (OLD, OLD.replace("Ejecuta", "Ejecute usted")),
        (OLD, OLD.replace("terminal", "consola")),
        (OLD, NEW.replace("git", "<x1/>", 1).replace("git", "<x2/>")),
        ("Lea esto. <x1/> ya está.", "Lea esto antes de empezar. <x1/> ya está."),
        ("Ver <x1/>.", "Consulte el capítulo que trata de ello: <x1/>."),
        ("Descargue el programa desde <x1/> hoy.", "Por favor, descargue el nuevo programa desde <x1/> hoy."),
        ("Sin etiquetas.", "Sin ninguna etiqueta en absoluto."),
    ],
)
def test_a_correction_is_a_correction(old: str, new: str) -> None:
    assert not has_old_rest(new, old)


@given(WORDS, WORDS, WORDS)
def test_a_beginning_of_about_the_old_length_is_never_taken_for_more(
    before: list[str], after: list[str], other: list[str]
) -> None:
    head, old_head = " ".join(other), " ".join(before)
    old = f"{old_head} <x1/> {' '.join(after)}"
    room = sum(map(len, before)) + sum(map(len, after)) // 2
    if sum(map(len, other)) <= room:
        assert not has_old_rest(f"{head} <x1/> {' '.join(after)}", old)


@given(WORDS, WORDS)
def test_a_sentence_as_long_as_the_old_one_is_always_told(before: list[str], after: list[str]) -> None:
    old = f"{' '.join(before)} <x1/> {' '.join(after)}."
    new = f"{' '.join(reversed(before))} {' '.join(reversed(after))} x."
    assert has_old_rest(f"{new}<x1/> {' '.join(after)}.", old)
