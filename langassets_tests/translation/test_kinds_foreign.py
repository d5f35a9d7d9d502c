"""Letters that look alike and words of another language are named; names, units and endings pass."""

import pytest

from langassets.translation.checks import check
from langassets.translation.types import Segment

SOURCE = "Save the programs of the API interface on your iPhone, 5 km from the notebooks."


def named(translation: str, language: str, source: str = SOURCE) -> list[str]:
    """What the check of foreign words says."""
    return [
        finding.reason for finding in check(Segment(source), translation, "en", language, names=["foreign"])
    ]


@pytest.mark.parametrize(
    ("language", "translation"),
    [
        ("ru", "Сохраните прoграммы на телефоне."),
        ("uk", "Збережіть прoграми на телефоні."),
        ("bg", "Запазете прoграмите на телефона."),
        ("sr", "Сачувајте прoграме на телефону."),
        ("el", "Αποθηκεύστε τα πρoγράμματα."),
        ("hy", "Պահպանեք ծրաgրերը"),
        ("fr", "Enregistrez les prоgrammes."),
        ("es", "Guarde los prоgramas."),
        ("pl", "Zapisz prοgramy."),
        ("sr", "Сачувајте програме under телефоном."),
        ("he", "שמרו את התוכניות under הטלפון."),
        ("ar", "احفظ البرامج zodat الهاتف."),
        ("hi", "प्रोग्राम zodat सहेजें।"),
        ("zh-CN", "将程序 under 手机上保存。"),
        ("ko", "프로그램을 under 저장하세요."),
    ],
)  # fmt: skip
def test_lookalike_letters_and_foreign_words_are_named(language: str, translation: str) -> None:
    assert named(translation, language)


@pytest.mark.parametrize(
    ("language", "translation"),
    [
        ("ru", "Сохраните программы API-интерфейса на iPhone, 5 km или 10 min от notebook."),
        ("ru", "Читайте PDFов и APIа, SQLом."),
        ("sr", "Сачувајте програме API-ја на iPhone-у."),
        ("el", "Αποθηκεύστε το API στο iPhone, 5 km."),
        ("he", "שמרו ב-API או בAPI של iPhone, notebook."),
        ("ar", "احفظ برامج الـAPI على iPhone."),
        ("ko", "API를 iPhone에 저장하세요."),
        ("ja", "APIのプログラムをiPhoneに保存します。"),
        ("te", "APIల ప్రోగ్రామ్"),
        ("zh-CN", "将 program 保存在 setup.py 和 C:/temp/file 中。"),
        ("fr", "Enregistrez zodat under."),
    ],
)  # fmt: skip
def test_names_units_and_endings_pass(language: str, translation: str) -> None:
    assert named(translation, language) == []
