"""Numbers in words, duals and counters: said otherwise they are sound, and another number is named."""

import pytest

from langassets.translation.checks import check
from langassets.translation.types import Segment


def named(source: str, translation: str, language: str, source_language: str = "en") -> list[str]:
    """What the check of numbers says."""
    found = check(Segment(source), translation, source_language, language, names=["numbers"])
    return [finding.reason for finding in found]


SAID = [
    ("2 ways to start", "Deux façons de commencer", "fr"),
    ("2 ways to start", "Zwei Wege zum Start", "de"),
    ("2 ways to start", "Dos maneras de empezar", "es"),
    ("2 ways to start", "Два способа начать", "ru"),
    ("the 2 functions", "двух функций", "ru"),
    ("2 ways to start", "Két módja van", "hu"),
    ("2 ways to start", "Kaksi tapaa aloittaa", "fi"),
    ("3 files are read.", "तीन फ़ाइलें पढ़ी जाती हैं।", "hi"),
    ("3 files are read.", "Üç dosya okunur.", "tr"),
    ("3 files are read.", "三个文件被读取。", "zh-CN"),
    ("2 files are read.", "两个文件被读取。", "zh-CN"),
    ("2 files are read.", "파일 두 개를 읽습니다.", "ko"),
    ("5 files are read.", "Czyta się pięć plików.", "pl"),
    ("12 months", "Zwölf Monate", "de"),
    ("the 2 step form", "das zweistufige Formular", "de"),
    ("2 units", "وحدتين", "ar"),
    ("2 files", "ملفان", "ar"),
    ("2 units", "اثنين من الوحدات", "ar"),
    ("2 hours", "שעתיים", "he"),
    ("2 options", "שתי אפשרויות", "he"),
    ("In 2 steps", "בשני שלבים", "he"),
    ("2 options", "Dve možnosti", "sl"),
    ("2 options", "Dvě možnosti", "cs"),
    ("2 options", "Żewġ għażliet", "mt"),
    ("a daily limit", "1日の制限", "ja"),
    ("an error", "1つのエラー", "ja"),
    ("one file", "1 个文件", "zh-CN"),
    ("each file", "파일 1개마다", "ko"),
    ("three files", "3 fichiers", "fr"),
    ("twenty-one files", "21 Dateien", "de"),
    ("the third page", "3. Seite", "de"),
    ("both files", "2つのファイル", "ja"),
    ("a dozen files", "12 fichiers", "fr"),
    ("half of it", "50 % davon", "de"),
    ("in May", "5月", "ja"),
]


@pytest.mark.parametrize(("source", "translation", "language"), SAID)
def test_a_number_may_be_said_in_words(source: str, translation: str, language: str) -> None:
    assert named(source, translation, language) == []


WRONG = [
    ("2 ways to start", "Trois façons de commencer", "fr"),
    ("2 ways to start", "Façons de commencer", "fr"),
    ("3 ways to start", "Zwei Wege zum Start", "de"),
    ("3 units", "وحدتين", "ar"),
    ("3 hours", "שעתיים", "he"),
    ("5 options", "Dvě možnosti", "cs"),
    ("5 options", "Два варианта", "ru"),
    ("4 files are read.", "三个文件被读取。", "zh-CN"),
    ("three files", "4 fichiers", "fr"),
    ("a daily limit", "2日の制限", "ja"),
    ("both files", "3つのファイル", "ja"),
    ("in May", "6月", "ja"),
    ("37 files", "Fichiers", "fr"),
    ("3 files", "4টি ফাইল", "bn"),
]


@pytest.mark.parametrize(("source", "translation", "language"), WRONG)
def test_another_number_is_named(source: str, translation: str, language: str) -> None:
    assert named(source, translation, language)


def test_a_source_of_any_language_may_say_it_in_words() -> None:
    assert named("Zwei Dateien", "2 fichiers", "fr", "de") == []
    assert named("Zwei Dateien", "3 fichiers", "fr", "de")


def test_a_small_number_is_let_be_where_nobody_knows_the_words() -> None:
    assert named("2 files", "ফাইল দুটি", "bn") == []
    assert named("2048 files", "ফাইল", "bn")
