"""Words that stand as in the source: names, compounds, loans and quotes, and what was left in English."""

import pytest

from langassets.translation.checks import check
from langassets.translation.types import Segment


def named(source: str, translation: str, language: str) -> list[str]:
    """What the check of untranslated text says."""
    segment = Segment(source, ("https://a.example",) * source.count("<x"))
    found = check(segment, translation, "en", language, names=["untranslated"])
    return [finding.reason for finding in found]


LATIN = ["fr", "de", "es", "pl", "sw", "vi", "tr"]
OTHERS = ["he", "ar", "ru", "zh-CN", "ja", "ko", "hi", "th"]


@pytest.mark.parametrize("language", [*LATIN, *OTHERS])
@pytest.mark.parametrize(
    "text",
    ["[Arduino - Wio Terminal](<x1/>)", "1.6mm x 2mm x 1mm", "migrate-links", "[migrate-links](<x1/>)",
     "max_retries", "setup.cfg", "Power BI", "Azure OpenAI Service", "GitHub Actions", "Jane Smith", "pcm"],
)  # fmt: skip
def test_names_measures_and_commands_may_stay(language: str, text: str) -> None:
    assert named(text, text, language) == []


@pytest.mark.parametrize(
    ("source", "translation", "language"),
    [
        ("An end-to-end solution for all", "Eine End-to-End-Lösung für alle", "de"),
        ("An end-to-end solution", "End-to-end-oplossing", "nl"),
        ("Edge computing", "Edge-Computing", "de"),
        ("Azure AI Service endpoint", "Azure AI Service-endpoint", "nl"),
        ("MCP server", "MCP-server", "sv"),
        ("MCP server", "MCP server", "cs"),
        ("Nigerian Pidgin", "Nigerian Pidgin", "ms"),
        ("Keep the page up-to-date.", "Houd de pagina up-to-date.", "nl"),
        ("Use a self-hosted runner for that.", "Используйте для этого self-hosted runner.", "ru"),
        ("Send it via MQTT", "Envoyez-le via MQTT", "fr"),
        ("Send it via MQTT", "Senden Sie es via MQTT", "de"),
        ("Send it via MQTT", "Verstuur het via MQTT", "nl"),
        ("Via", "Via", "nl"),
        ("Via", "Via", "fr"),
        ("Via", "Via", "it"),
        ("Check endpoint, API key, API version.", "Перевірте endpoint, API key, API version.", "uk"),
    ],
)
def test_compounds_loans_and_terms_in_a_list_may_stay(source: str, translation: str, language: str) -> None:
    assert named(source, translation, language) == []


@pytest.mark.parametrize(
    ("translation", "language"),
    [
        ("「You have an apple」は文です。", "ja"),
        ("『You have an apple』は文です。", "ja"),
        ("«You have an apple» est une phrase.", "fr"),
        ("„You have an apple“ ist ein Satz.", "de"),
        ("„You have an apple” to zdanie.", "pl"),
        ("”You have an apple” on lause.", "fi"),
        ("»You have an apple« je stavek.", "sl"),
        ("《You have an apple》是一个句子。", "zh-CN"),
        ("‘You have an apple’은 문장입니다.", "ko"),
        ("״You have an apple״ הוא משפט.", "he"),
    ],
)
def test_the_source_may_be_quoted_in_the_targets_marks(translation: str, language: str) -> None:
    assert named('"You have an apple" is a sentence.', translation, language) == []


@pytest.mark.parametrize("language", [*OTHERS, "sr", "el", "uk"])
@pytest.mark.parametrize(
    "text",
    ["No", "Option", "Experimental", "Resource URI", "Responsibility", "<x1/> or <x2/>",
     "Known issues", "Learn more", "Troubleshooting", "Data", "Getting the most of it"],
)  # fmt: skip
def test_a_short_label_left_in_english_is_named(language: str, text: str) -> None:
    assert named(text, text, language)


@pytest.mark.parametrize(
    ("language", "own", "english"),
    [
        ("es", "No Experimental Error Idea Natural", "Option Responsibility Known Size Home"),
        ("fr", "Option Configuration Image Date Performance", "No Experimental Responsibility Size Next"),
        ("de", "Option Software Name Person", "No Experimental Responsibility Size Next"),
        ("it", "No Idea Computer Video", "Option Experimental Responsibility Size Next"),
        ("nl", "Week Model Type Water", "Experimental Responsibility Size Next Known"),
        ("pl", "Model Problem Plan", "Option Experimental Responsibility Size Next"),
        ("sv", "Person Plan Video", "Experimental Responsibility Size Next Known"),
    ],
)
def test_a_label_of_one_word_is_the_languages_own_by_how_often_it_writes_it(
    language: str, own: str, english: str
) -> None:
    assert [word for word in own.split() if named(word, word, language)] == []
    assert [word for word in english.split() if not named(word, word, language)] == []


@pytest.mark.parametrize(
    ("language", "own", "english"),
    [
        ("id", "Thai Urdu Tamil", "English French"),
        ("sw", "", "Hindi Thai Urdu Bengali"),
        ("es", "Swahili Urdu", "Greek Italian"),
        ("zh-TW", "", "Arabic Spanish Hindi"),
        ("hr", "Hindi Urdu", "Greek"),
        ("fr", "Swahili Hindi", "Danish Czech English"),
        ("tr", "Marathi", "German Dutch"),
    ],
)
def test_a_languages_name_is_what_cldr_calls_it(language: str, own: str, english: str) -> None:
    assert [word for word in own.split() if named(word, word, language)] == []
    assert [word for word in english.split() if not named(word, word, language)] == []


@pytest.mark.parametrize(
    ("source", "translation", "language"),
    [
        ("You need custom validation, storage, logging, retries now.", "custom validation, storage, logging, "
         "retries လိုအပ်သည်", "my"),
        ("Read the page and then continue.", "Lisez la page and then continue.", "fr"),
    ],
)  # fmt: skip
def test_a_list_or_a_half_left_in_english_is_named(source: str, translation: str, language: str) -> None:
    assert named(source, translation, language)


@pytest.mark.parametrize(
    ("language", "own", "english"),
    [
        ("nl", "November apr. december", "October May Monday"),
        ("de", "April September", "December Tuesday"),
        ("et", "August november", "May Friday"),
        ("he", "", "April Mon Friday apr"),
        ("id", "September November", "December July"),
        ("sv", "April", "October May Sunday"),
    ],
)
def test_a_month_or_a_day_is_what_cldr_calls_it(language: str, own: str, english: str) -> None:
    assert [word for word in own.split() if named(word, word, language)] == []
    assert [word for word in english.split() if not named(word, word, language)] == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    "text",
    [
        "Undo",
        "Reorder",
        "Unpublish",
        "Username",
        "Visibility",
        "and",
        "any",
        "<x1/> ago",
        "by <x1/>",
        "Download",
    ],
)
def test_a_command_or_a_joining_word_left_in_english_is_named(language: str, text: str) -> None:
    assert named(text, text, language)


@pytest.mark.parametrize("language", ["pcm", "jam", "tpi", "bi", "hwc", "gul"])
def test_a_creole_shares_its_words_with_english(language: str) -> None:
    source = "Use this setup when you cannot create pull requests in your organization."
    shared = "Use this setup when you no fit create pull requests for your organization."
    assert not named(source, shared, language)
    assert not named("Pull requests", "Pull requests", language)
    assert named(source, source, language)
