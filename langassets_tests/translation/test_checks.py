"""Checks: nothing is said of a sound translation, and every way to spoil one is named."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.checks import CHECKS, STRUCTURE, check, tidy
from langassets.translation.types import Segment, Term
from langassets_tests.translation.checked import LANGUAGES, names
from langassets_tests.translation.pairs import SENTENCE, SHORT, SOUND, WITH_PARTS, Sound
from langassets_tests.translation.texts import markdown


@pytest.mark.parametrize("sound", SOUND, ids=lambda sound: f"{sound.language} {sound.segment.text[:10]}")
def test_nothing_is_said_of_a_sound_translation(sound: Sound) -> None:
    assert names(sound.segment, sound.translation, sound.language) == []


def replaced(old: str, new: str) -> Callable[[str], str]:
    """A way to spoil a translation."""

    def spoil(text: str) -> str:
        assert re.search(old, text), f"{old} is not in {text}"
        return re.sub(old, new, text, count=1)

    return spoil


SPOILED: list[tuple[str, Callable[[str], str]]] = [
    ("protected", replaced("<x1/>", "")),
    ("protected", replaced("<x1/>", "<x1/><x1/>")),
    ("protected", replaced("<x1/>", "<x1/> <x3/>")),
    ("protected", replaced("<x1/>", "<x2/>")),
    ("protected", replaced(r"\]\(<x2/>\)", r"] (<x2/>)")),
    ("protected", replaced(r"\]\(<x2/>\)", r"](<x1/>)")),
    ("protected", replaced("<x1/>", "make")),
    ("markup", replaced(r"\*\*", "")),
    ("markup", replaced(r"\*\*(.*?)\*\*", r"\1")),
    ("markup", replaced(r"\*\*(.*?)\*\*", r"_\1_")),
    ("markup", replaced("<x1/>", "`<x1/>`")),
    ("markup", replaced("<x1/>", "<b><x1/></b>")),
    ("markup", replaced(r"\[", "![")),
    ("numbers", replaced("[3٣३]", "4")),
    ("numbers", replaced("12|١٢|१२", "21")),
    ("numbers", replaced("[3٣३]", "")),
    ("numbers", replaced("\\Z", " 2048.")),
    ("addresses", replaced("<x1/>", "<x1/> https://example.com/x")),
    ("addresses", replaced("<x1/>", "<x1/> me@example.com")),
    ("wrapping", replaced(r"\A", "```\nx\n```\n")),
    ("wrapping", replaced(r"\A", '{"translation": ')),
    ("preamble", replaced(r"\A", "Here is the translation: ")),
    ("preamble", replaced(r"\A", "Sure, ")),
    ("preamble", replaced(r"\Z", " (Translator's note: kept short)")),
    ("refusal", replaced(r"\A", "I'm sorry, but I cannot help with that. ")),
    ("refusal", replaced(r"\A", "As an AI language model, ")),
    ("characters", replaced("<x1/>", "\ufffd<x1/>")),
    ("characters", replaced("<x1/>", "&quot;<x1/>")),
    ("characters", replaced("<x1/>", r"\\u05d0 <x1/>")),
    (
        "length",
        lambda text: f"{text} {re.sub('<x.>|[0-9*]', '', text)} {re.sub('<x.>|[0-9*]', '', text)}" * 2,
    ),
    ("ending", lambda text: text[: len(text) // 2].rstrip()),
    ("ending", lambda text: text.rstrip(".。।") + ","),
]


@pytest.mark.parametrize("sound", WITH_PARTS, ids=lambda sound: sound.language)
@pytest.mark.parametrize(("name", "spoil"), SPOILED)
def test_every_way_to_spoil_a_translation_is_named(
    sound: Sound, name: str, spoil: Callable[[str], str]
) -> None:
    spoiled = spoil(sound.translation)
    assert spoiled != sound.translation
    found = [finding.name for finding in check(sound.segment, spoiled, "en", sound.language)]
    assert name in found


@pytest.mark.parametrize(
    ("language", "source", "translation"),
    [
        ("fr", "Tick **Share and keep a copy**.", "Cochez **Share and keep a copy**."),
        ("es", 'Press "Save and close all" now.', 'Pulse ahora "Save and close all".'),
        ("he", "Start [Acme Test Bench](<x1/>).", "הפעילו את [Acme Test Bench](<x1/>)."),
        ("fr", "Configuration", "Configuration"),
        ("es", "No", "No"),
        ("fr", "Swahili", "Swahili"),
        ("de", "Software", "Software"),
        ("fr", "The 2nd and the 20th of May, 5 pm", "Le deuxième et le 20 mai, 17 h"),
        ("de", "It costs 1,234.50 dollars a year.", "Es kostet 1.234,50 Dollar im Jahr."),
        ("fr", "More than 10 000 people have read it.", "Plus de 10\u202f000 personnes l'ont lu."),
        ("ar", "Version 3.14 has 2 parts.", "يحتوي الإصدار ٣٫١٤ على جزأين و٢ من الأقسام."),
        ("ja", "More than 10,000 people have read it.", "1万人以上が読みました。"),
        ("fr", "All files have been saved to disk.", "Tous les fichiers ont été enregistrés sur le disque"),
        ("ar", "All of the files have been saved.", "تم حفظ جميع الملفات بنجاح على القرص"),
        ("th", "This is a long and complete sentence.", "นี่คือประโยคที่ยาวและสมบูรณ์"),
    ],
)
def test_what_differs_for_a_reason_is_not_named(language: str, source: str, translation: str) -> None:
    segment = Segment(source, ("https://a.example",) * source.count("<x"))
    assert names(segment, translation, language) == []


@pytest.mark.parametrize(
    ("language", "translation", "name"),
    [
        ("he", "Выберите число рабочих, которое подходит вашему компьютеру.", "script"),
        ("he", "Choisissez le nombre d'ouvriers qui convient à votre machine.", "script"),
        ("he", "בחרו את מספר העובדים שמתאים ביותר למחשב 您 שלכם.", "script"),
        ("fr", "Elija el número de procesos que mejor convenga a su máquina.", "language"),
        ("fr", "Pick whatever amount of people you think would suit the computer.", "language"),
        ("fa", "اختر عدد العمال الذي يناسب جهازك على أفضل وجه ممكن دائما.", "language"),
        ("uk", "Выберите число рабочих, чтобы это было удобно, и вы поймёте это.", "letters"),
        ("zh-TW", "请选择适合您的机器的工作进程数量，这样说来时间会过得更快。", "letters"),
        ("zh-CN", "請選擇適合您的機器的工作進程數量，這樣說來時間會過得更快。", "letters"),
        ("ja", "请选择最适合您的机器的工作进程数量。", "letters"),
    ],
)
def test_another_language_or_script_is_named(language: str, translation: str, name: str) -> None:
    assert name in names(SHORT, translation, language)


def test_html_tags_keep_an_order_in_which_they_open_and_close() -> None:
    segment = Segment("A <x1/>bold<x2/> word", ("<b>", "</b>"))
    assert names(segment, "Un mot <x1/>gras<x2/>", "fr") == []
    assert names(segment, "Un mot <x2/>gras<x1/>", "fr") == ["protected"]


def test_a_line_break_stays_between_words() -> None:
    segment = Segment("One line<x1/>and another", ("  \n> ",))
    assert names(segment, "Une ligne<x1/>et une autre", "fr") == []
    assert names(segment, "Une ligne et une autre<x1/>", "fr") == ["protected"]


def test_the_glossary_is_honoured() -> None:
    terms = (Term("worker", "processus"), Term("Acme Cloud", None), Term("absent", "partout"))
    source = "Each worker of Acme Cloud reads one file."
    assert names(source, "Chaque processus d'Acme Cloud lit un fichier.", "fr", *terms) == []
    assert names(source, "Chaque ouvrier d'Acme Cloud lit un fichier.", "fr", *terms) == ["glossary"]
    assert names(source, "Chaque processus du nuage Acme lit un fichier.", "fr", *terms) == ["glossary"]
    assert names("Acme Cloud", "Acme Cloud", "he", *terms) == []


def test_a_glossary_term_may_be_inflected() -> None:
    terms = (Term("worker", "עובד"), Term("window", "Fenster"))
    assert (
        names("Close every window of the worker now.", "Schließen Sie jetzt alle Fenstern.", "de", terms[1])
        == []
    )
    assert names("Each worker reads one file.", "כל העובדים קוראים קובץ אחד.", "he", terms[0]) == []


@pytest.mark.parametrize(
    ("language", "refusal"),
    [
        ("he", "אני מצטער, איני יכול לתרגם את הטקסט הזה."),
        ("ar", "عذرًا، لا يمكنني ترجمة هذا النص."),
        ("fr", "Je suis désolé, je ne peux pas traduire ce texte."),
        ("es", "Lo siento, no puedo traducir este texto."),
        ("de", "Es tut mir leid, ich kann diesen Text nicht übersetzen."),
        ("ja", "申し訳ありませんが、この文章は翻訳できません。"),
        ("fr", "I can't assist with that request."),
    ],
)
def test_a_refusal_is_named_unless_the_lesson_speaks_so(language: str, refusal: str) -> None:
    assert "refusal" in names(SHORT, refusal, language)
    assert "refusal" not in names("I am sorry, but I cannot translate this text for you.", refusal, language)


def test_nothing_at_all_is_named_alone() -> None:
    for translation in ("", " ", "…", "<x1/>"):
        assert names(SENTENCE, translation, "fr") == ["empty"]


def test_findings_come_in_the_order_of_the_table_with_a_reason_each() -> None:
    findings = check(SENTENCE, "I'm sorry, https://x.yz **no", "en", "he")
    order = list(CHECKS)
    assert [order.index(finding.name) for finding in findings] == sorted(
        order.index(f.name) for f in findings
    )
    assert {"protected", "markup", "refusal", "script", "numbers", "addresses"} <= {f.name for f in findings}
    assert all(len(finding.reason) > 10 for finding in findings)


def test_only_the_named_checks_are_made() -> None:
    found = check(SENTENCE, "[Ṙûñ <x1/> ŵîţĥ 3 [ļîšţ 12](<x2/>) **ḃ** tÿþé]", "en", "he", names=STRUCTURE)
    assert found == []


@given(markdown(), markdown(), st.sampled_from(LANGUAGES), st.sampled_from(["en", "fr", "he"]))
def test_no_text_makes_a_check_fail(
    source: str, translation: str, language: str, source_language: str
) -> None:
    segment = Segment(source, ("`a`", "\n", "<b>"))
    check(segment, translation, source_language, language, terms=(Term("word", "mot"), Term("(", None)))
    check(segment, tidy(source, translation, language), source_language, language)
