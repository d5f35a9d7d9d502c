"""Checks of meaning that need no model: a lost 'not', another unit, texts that changed places."""

import pytest

from langassets.translation.checks import DOUBTS, check
from langassets.translation.checks.meaning.links import SWAPPED, swapped
from langassets.translation.documents.document import document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.types import Batch, Memory, Segment, Term
from langassets_tests.servers.model_replies import Reply
from langassets_tests.translation.scripted import ScriptedProvider

NAMES = frozenset({"negation", "units", "links", "punctuation"})


def found(source: str, translation: str, language: str) -> list[str]:
    return [each.name for each in check(Segment(source), translation, "en", language, names=NAMES)]


def test_they_raise_doubts_alone() -> None:
    assert NAMES <= DOUBTS
    assert SWAPPED.is_doubt


@pytest.mark.parametrize(
    ("language", "sound", "spoilt"),
    [
        ("he", "אל תמחקו את הקובץ.", "מחקו את הקובץ."),
        ("ar", "لا تحذف الملف.", "احذف الملف."),
        ("ar", "يتعذّر حذف الملفّ.", "احذف الملفّ."),
        ("fr", "N’effacez pas le fichier.", "Effacez le fichier."),
        ("es", "No borre el archivo.", "Borre el archivo."),
        ("ru", "Не удаляйте файл.", "Удалите файл."),
        ("tr", "Dosyayı silmeyin.", "Dosyayı silin."),
        ("hu", "Ne törölje a fájlt.", "Törölje a fájlt."),
        ("pt_BR", "Não apague o arquivo.", "Apague o arquivo."),
        ("zh-TW", "請不要刪除檔案。", "請刪除檔案。"),
        ("ko", "파일을 삭제하지 마세요.", "파일을 삭제하세요."),
        ("nb", "Ikke slett filen.", "Slett filen."),
    ],
)
def test_a_not_that_is_lost_or_gained_is_named(language: str, sound: str, spoilt: str) -> None:
    assert found("Do not delete the file.", sound, language) == []
    assert found("Do not delete the file.", spoilt, language) == ["negation"]
    assert found("Delete the file.", spoilt, language) == []
    gained = found("Delete the file.", sound, language)
    assert gained == ["negation"] or language in {"tr", "zh-TW", "ko"} or "يتعذّر" in sound


@pytest.mark.parametrize(
    ("language", "source", "translation"),
    [
        ("es", "Keep the file.", "No borre el archivo."),
        ("ru", "This is not only a test.", "Это также проверка."),
        ("ru", "The server is not available.", "Сервер недоступен."),
        ("fr", "The key cannot be used.", "La clé est inutilisable."),
        ("de", "NOT NULL is a keyword.", "NOT NULL ist ein Schlüsselwort."),
        ("fr", "ne", "ne"),
        ("my", "Do not delete the file.", "ဖိုင်ကို ဖျက်ပါ။"),
    ],
)
def test_a_not_may_be_said_otherwise(language: str, source: str, translation: str) -> None:
    assert found(source, translation, language) == []


@pytest.mark.parametrize(
    ("language", "sound", "spoilt"),
    [
        ("he", "המתינו 10 דקות.", "המתינו 10 שניות."),
        ("ar", "انتظر 10 دقائق.", "انتظر 10 ثوان."),
        ("fr", "Attendez 10 minutes.", "Attendez 10 secondes."),
        ("ru", "Подождите 10 минут.", "Подождите 10 часов."),
        ("pl", "Poczekaj 10 minut.", "Poczekaj 10 dni."),
        ("ko", "10분 기다리세요.", "10초 기다리세요."),
        ("zh-TW", "請等待 10 分鐘後再試。", "請等待 10 小時後再試。"),
        ("es", "Espere 10 min.", "Espere 10 h, por favor. 10 horas."),
    ],
)
def test_a_unit_that_changed_is_named(language: str, sound: str, spoilt: str) -> None:
    assert found("Wait 10 minutes.", sound, language) == []
    assert found("Wait 10 minutes.", spoilt.replace("10 h, por favor. ", ""), language) == ["units"]


def test_units_of_bytes_and_of_temperature_are_told() -> None:
    assert found("It takes 5 MB.", "Il faut 5 Mo.", "fr") == []
    assert found("It takes 5 MB.", "Il faut 5 Go.", "fr") == ["units"]
    assert found("It takes 5 MB.", "Нужно 5 МБ.", "ru") == []
    assert found("Heat it to 90 °C.", "Erhitzen auf 90 °F.", "de") == ["units"]
    assert found("In 5 apples", "En 5 minutos", "es") == []


def test_links_whose_texts_changed_places_are_named() -> None:
    source = "[Python API](<x1/>) or [MCP Server](<x2/>)"
    assert found(source, "[API de Python](<x1/>) o [servidor MCP](<x2/>)", "es") == []
    assert found(source, "[servidor MCP](<x2/>) o [API de Python](<x1/>)", "es") == []
    assert found(source, "[servidor MCP](<x1/>) o [API de Python](<x2/>)", "es") == ["links"]
    assert found(source, "[שרת MCP](<x1/>) או [API של Python](<x2/>)", "he") == ["links"]
    assert found("[one](<x1/>) [two](<x2/>)", "[zwei](<x1/>) [eins](<x2/>)", "de") == []


def test_a_spanish_question_is_opened() -> None:
    assert found("Ready? Go.", "¿Listo? Vamos.", "es-MX") == []
    assert found("Ready? Go.", "Listo? Vamos.", "es-MX") == ["punctuation"]
    assert found("Ready? Go.", "Prêt? Partez.", "fr") == []


@pytest.mark.parametrize(
    ("language", "formal", "informal"),
    [
        ("fr", "Choisissez votre cours.", "Choisis tes cours."),
        ("de", "Der Kurs gehört Ihnen.", "Der Kurs gehört dir."),
        ("es", "Elija usted un curso.", "Elige tú un curso."),
        ("ru", "Вы выбираете курс.", "Ты выбираешь курс."),
        ("nl", "U kiest uw cursus.", "Kies jouw cursus."),
        ("tr", "Siz bir kurs seçin.", "Sen bir kurs seç."),
    ],
)
def test_the_reader_is_addressed_as_the_glossary_asks(language: str, formal: str, informal: str) -> None:
    def doubted(translation: str, asked: str | None) -> list[bool]:
        terms = [Term("", asked, note="Of every text.")]
        of = Segment("Choose your course.")
        return [
            each.is_doubt for each in check(of, translation, "en", language, terms=terms, names={"formality"})
        ]

    assert doubted(formal, "informal") == doubted(informal, "formal") == [True]
    assert doubted(formal, "formal") == doubted(informal, "informal") == []
    assert doubted(formal, None) == doubted(informal, None) == []


def test_neighbours_that_have_each_others_translation_are_told() -> None:
    sources = ["Use GitHub.", "Read on.", "Open the Azure portal", "Choose Gemini"]
    sound = ["Nutze GitHub.", "Lies weiter.", "Öffne das Azure-Portal", "Wähle Gemini"]
    assert swapped(sources, sound) == set()
    assert swapped(sources, [*sound[:2], sound[3], sound[2]]) == {2, 3}
    assert swapped([], []) == set()


async def test_list_items_that_a_model_mixed_up_are_asked_for_again(memory: Memory) -> None:
    known = {
        "The machine reads Azure files today": "המכונה קוראת היום קבצים של Azure",
        "The machine reads Gemini files today": "המכונה קוראת היום קבצים של Gemini",
        "The machine runs": "המכונה פועלת",
    }

    def mixed_up(number: int, batch: Batch, _reply: Reply) -> Reply:
        said = [known[text] for text in batch.texts]
        if number == 1:
            said[:2] = said[1::-1]
        return Reply(list(enumerate(said, start=1)))

    provider = ScriptedProvider(mixed_up)
    text = "\n".join(f"- {item}" for item in known)
    engine = Engine([provider], memory)
    task = TranslationTask("he", "en", "he", "A lesson", document("text", {"text": text}))
    assert len([result async for result in engine.translate([task])]) == 1
    await engine.close()
    assert {text for batch in provider.batches[1:] for text in batch.texts} == set(list(known)[:2])
    assert dict(memory.pairs("en", "he")) == known
