"""What the figures are made of: real translations of lessons, and the declaration of human rights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from benchmarks.tokens.counting import SCHEMA, Counter, answer
from langassets.locales import same_language, script_of, tag_of
from langassets.translation.cost.expected import TAG, bare
from langassets.translation.engine.batching import PlacedText, batch_of
from langassets.translation.glossary import Glossary
from langassets.translation.providers.prompts import INSTRUCTIONS, payload
from langassets_tests.translation.real_pairs import fitting, languages, pairs

# The part of the lessons' characters that must be translated: what is left of them is short words otherwise.
_ENOUGH = 0.5


@dataclass
class Measured:
    """Everything that is measured: real pairs by language, and the declaration's text by language."""

    counter: Counter

    @cached_property
    def pairs(self) -> dict[str, list[tuple[str, str]]]:
        """Segments and their translations, by language: of those that have enough of both."""
        found = {
            language: [pair for file in fitting() for pair in pairs(file, language).items()]
            for language in languages()
        }
        sizes = {language: _characters(text for text, _ in known) for language, known in found.items()}
        enough = _ENOUGH * max(sizes.values())
        return {language: known for language, known in found.items() if sizes[language] >= enough}

    @cached_property
    def english(self) -> list[str]:
        """The English segments."""
        return list(dict.fromkeys(text for known in self.pairs.values() for text, _ in known))

    @cached_property
    def declaration(self) -> dict[str, str]:
        """The declaration by tag: languages that have a code of two letters."""
        found: dict[str, str] = {}
        for tag, text in self.counter.node("declaration.mjs"):
            if len(tag.split("-")[0]) == 2 and len(text) > 2_000:
                found.setdefault(tag_of(tag), text)
        return found

    def learn(self) -> None:
        """Count all of it at once."""
        written = (other for known in self.pairs.values() for _, other in known)
        declared = (line for text in self.declaration.values() for line in text.splitlines())
        self.counter.learn([*self.english, *written, *declared])

    def lengths(self) -> dict[str, float]:
        """Characters over those of the English text, by language."""
        own = {
            language: _characters(other for _, other in known) / _characters(text for text, _ in known)
            for language, known in self.pairs.items()
        }
        whole = {
            tag: len(text) / len(self.declaration["en"])
            for tag, text in self.declaration.items()
            if tag != "en"
        }
        return _completed(own, whole)

    def tokens(self, tokenizer: str) -> dict[str, float]:
        """Tokens a character, by language."""
        written = {language: [other for _, other in known] for language, known in self.pairs.items()}
        written["en"] = self.english
        own = {language: self._density(texts, tokenizer) for language, texts in written.items()}
        whole = {tag: self._density(text.splitlines(), tokenizer) for tag, text in self.declaration.items()}
        return _completed(own, whole)

    def _density(self, texts: Sequence[str], tokenizer: str) -> float:
        self.counter.learn(texts)
        tags = sum(len(TAG.findall(text)) for text in texts) * self.tag(tokenizer)
        return (self.counter.of(texts, tokenizer) - tags) / _characters(texts)

    def tag(self, tokenizer: str) -> float:
        """Tokens of a protected part within a sentence."""
        plain, tagged = "Read and write the file", "Read <x1/> and <x2/> write <x3/> the <x12/> file"
        self.counter.learn([plain, tagged])
        return (self.counter.of([tagged], tokenizer) - self.counter.of([plain], tokenizer)) / 4

    def around(self, tokenizer: str) -> dict[str, float]:
        """What a request and its answer take beside the texts themselves."""
        placed = [PlacedText(text, 0, place) for place, text in enumerate(self.english)]
        batches = [
            batch_of(placed[start : start + 25], "en", language, Glossary())
            for language in ("de", "he", "zh-CN", "pt-BR")
            for start in range(0, len(placed), 25)
        ]
        told, sent = [INSTRUCTIONS], [payload(one) for one in batches]
        answers = [answer(one.texts) for one in batches]
        texts = [text for one in batches for text in one.texts]
        self.counter.learn([*told, *sent, *answers, *texts, SCHEMA, answer(())])
        count = self.counter.of
        inner = count(texts, tokenizer)
        empty = count([answer(())], tokenizer)
        return {
            "tag": self.tag(tokenizer),
            "prompt": 100 * count(told, tokenizer) / sum(map(len, told)),
            "frame": 100 * (count(sent, tokenizer) - inner) / (sum(map(len, sent)) - sum(map(len, texts))),
            "answer": empty,
            "item": (count(answers, tokenizer) - inner - empty * len(answers)) / len(texts),
            "schema": count([SCHEMA], tokenizer),
        }


def _characters(texts: Iterable[str]) -> int:
    return sum(len(bare(text)) for text in texts)


def _completed(own: Mapping[str, float], whole: Mapping[str, float]) -> dict[str, float]:
    """Figures of lessons, and for the languages that have none those of the declaration, brought to the scale
    of lessons by the languages that have both."""
    rest = {
        tag: figure for tag, figure in whole.items() if not any(same_language(tag, one) for one in own)
    } | {tag: whole[tag] for tag in own if tag in whole}
    factor = median(own[tag] / rest[tag] for tag in own if tag in rest)
    return {tag: figure * factor for tag, figure in rest.items()} | dict(own)


def with_scripts(figures: Mapping[str, float]) -> dict[str, float]:
    """Figures of languages for 100 characters, with the median of each script and of all."""
    scripts: dict[str, list[float]] = {}
    for tag, figure in figures.items():
        scripts.setdefault(script_of(tag) or "other", []).append(figure)
    by_script = {script: median(known) for script, known in scripts.items()} | {
        "other": median(figures.values())
    }
    return {name: round(100 * figure, 1) for name, figure in sorted({**figures, **by_script}.items())}
