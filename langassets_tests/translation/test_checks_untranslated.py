"""Checks of what was left in the language of the source: words, stretches and whole texts."""

import pytest

from langassets.translation.types import Segment
from langassets_tests.translation.checked import LANGUAGES, names
from langassets_tests.translation.pairs import SENTENCE, SHORT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "segment", [SENTENCE, SHORT, Segment("Next steps"), Segment("Known Issues"), Segment("Save")]
)
def test_the_source_itself_is_named_as_left_untranslated(language: str, segment: Segment) -> None:
    assert "untranslated" in names(segment, segment.text, language)
    assert "untranslated" in names(segment, segment.text.upper().replace("<X", "<x"), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    ["GitHub Actions", "Azure AI Vision", "API", "macOS / Linux", "OpenAI", "Kubernetes", "en", "it", "numpy",
     "Python API", "JSON, YAML", "MCP Server", "v2.1.0", "C", "Windows", "zh-CN", "NumPy", "ID",
     "Visual Studio Code", "1.6mm x 2mm x 1mm", "3 kg x 2 m x 5 cm x 7 cm"],
)  # fmt: skip
def test_what_is_the_same_in_every_language_may_stay(language: str, text: str) -> None:
    assert names(text, text, language) == []


@pytest.mark.parametrize(
    ("language", "source", "translation"),
    [
        ("he", "Read the first page and then continue.", "קראו את העמוד הראשון and then continue."),
        (
            "fr",
            "Add the keys to your file or to your secrets.",
            "Ajoutez les clés à votre fichier or to your secrets.",
        ),
        (
            "es",
            "Put the keys in your <x1/> folder or vault secrets.",
            "Ponga las claves en su <x1/> folder or vault secrets.",
        ),
        ("ru", "Open the page and choose a name.", "Откройте страницу and choose a name."),
    ],
)
def test_a_stretch_left_in_english_is_named(language: str, source: str, translation: str) -> None:
    segment = Segment(source, ("`a`",) * source.count("<x"))
    assert "untranslated" in names(segment, translation, language)


@pytest.mark.parametrize(
    ("language", "translation"),
    [
        ("ca", "Envieu les dades a l'IoT Hub via MQTT cada minut."),
        ("nl", "Stuur de gegevens elke minuut naar IoT Hub via MQTT."),
        ("fr", "Envoyez les données chaque minute vers IoT Hub via MQTT."),
        ("de", "Senden Sie die Daten jede Minute an IoT Hub via MQTT."),
        ("it", "Invia i dati ogni minuto a IoT Hub via MQTT."),
        ("ro", "Trimiteți datele în fiecare minut către IoT Hub via MQTT."),
    ],
)
def test_one_word_among_names_is_no_stretch(language: str, translation: str) -> None:
    assert names("Send the data to IoT Hub via MQTT every minute.", translation, language) == []


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("nl", "Data Model Type Context Program Layout"),
        ("pl", "Program Problem Plan Model Format Argument Terminal"),
        ("id", "Normal Global Format Data Monitor Volume"),
        ("de", "April Plan Detail Person Element Symbol"),
        ("fr", "Format Date Source Simple Point Transport"),
    ],
)
def test_a_label_of_one_word_that_both_languages_have_may_stay(language: str, labels: str) -> None:
    for label in labels.split():
        assert names(label, label, language) == [], label


@pytest.mark.parametrize(
    ("language", "label"),
    [("fr", "Week"), ("fr", "Example"), ("pl", "Home"), ("de", "Reading"), ("he", "Data"), ("ru", "Model")],
)
def test_a_label_of_one_word_that_is_english_alone_may_not_stay(language: str, label: str) -> None:
    assert "untranslated" in names(label, label, language)


def test_text_for_the_same_language_may_stay() -> None:
    assert names(SHORT, SHORT.text, "en-GB") == []
