"""Letters that tell relatives apart: Ukrainian and Russian, Japanese and Chinese, either Chinese."""

from collections.abc import Iterator

from langassets.locales import script_of
from langassets.translation.checks.languages.scripts import scripts_in
from langassets.translation.checks.pair import Pair

# Letters of a neighbour that the language's own alphabet does not have.
_NOT_IN = {
    "ru": "іїєґўђћљњџј",
    "uk": "ыэъёўђћљњџј",
    "be": "ищъїєђћљњџј",
    "bg": "ыэёіїєўђћљњџј",
    "sr": "ыэъёіїєўйщьюя",
    "mk": "ыэъёіїєўйщьюяђћ",
    "es": "ãõçêôâèàùßäæøå",
    "pt": "ñ¿¡èùßäöæøåîû",
    "it": "ñ¿¡ãõßäöæøåêç",
    "fr": "ñ¿¡ãõßäöæøåìò",
    "de": "ñ¿¡ãõæøåçèêãìò",
    "nl": "ñ¿¡ãõßæøåìò",
    "sv": "ñ¿¡ãõßæøìò",
    "da": "ñ¿¡ãõßäöìò",
    "no": "ñ¿¡ãõßäìò",
    "nb": "ñ¿¡ãõßäìò",
    "pl": "ñ¿¡ãõßäöåčďěňřšťůž",
    "cs": "ñ¿¡ãõßäöåąęłńśźż",
    "ar": "پچژگکیےٹڈڑں",
    "fa": "ةىكيٹڈڑے",
}
# Among the most frequent characters, those that the other way of writing Chinese does not use.
_SIMPLIFIED = frozenset(
    "这们来说时国对会发过还进经现开关问间长东车书见门马风语证请谁课谢让认识设读写话该详误调论试应无业产义乐习买卖华单双边类统计级结给络网组织终线练维绍约纪红细继续编"
)
_TRADITIONAL = frozenset(
    "這們來說時國對會發過還進經現開關問間長東車書見門馬風語證請誰課謝讓認識設讀寫話該詳誤調論試應無業產義樂習買賣華單雙邊類統計級結給絡網組織終線練維紹約紀紅細繼續編"
)
_ENOUGH = 2
_CHINESE_ENOUGH = 3
_SENTENCE = 5


def letters(pair: Pair) -> Iterator[str]:
    """No words in letters that only a relative of the target's language has."""
    if pair.target == "zh":
        yield from _chinese(pair)
    elif pair.target == "ja":
        counts = scripts_in(pair.prose)
        sentence = len(pair.source_words) > _SENTENCE and pair.source.rstrip().endswith((".", "!", "?"))
        if sentence and counts["Hani"] and not counts["Hira"] + counts["Kana"]:
            yield "there is no kana in it: it reads like Chinese"
    foreign = _NOT_IN.get(pair.target, "")
    strange = {word.lower() for word in pair.words if not set(foreign).isdisjoint(word.lower())}
    if len(strange - {word.lower() for word in pair.source_words}) >= _ENOUGH:
        yield "there are words in it with letters that the language does not have"


def _chinese(pair: Pair) -> Iterator[str]:
    simplified = sum(character in _SIMPLIFIED for character in pair.prose)
    traditional = sum(character in _TRADITIONAL for character in pair.prose)
    wanted, other = (traditional, simplified), "Simplified"
    if script_of(pair.target_language) != "Hant":
        wanted, other = (simplified, traditional), "Traditional"
    if wanted[1] >= _CHINESE_ENOUGH and wanted[1] > wanted[0]:
        yield f"it is written in {other} Chinese"
