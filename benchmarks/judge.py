"""How many planted errors a reviewer finds who reads a tenth of what waits, with and without a judge.

python -m benchmarks.judge ../shared/pairs
python -m benchmarks.judge ../shared/pairs --recall 0.8 --alarms 0.02

Sound translations of DIR (one folder of Markdown for each language) are lessons in a database, some read
far more than others; errors that no check sees are planted into one in twenty. The judge is asked over HTTP,
through the product's own client, limits and bill; its model is a script that knows what was planted, and
names that and sound ones as often as --recall and --alarms say. So the figures measure order and money, and
no model's judgement.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.checks.blocks import blocks, languages
from benchmarks.checks.verdicts import set_aside
from langassets.database.translations.memory import DatabaseMemory
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.judging import judge
from langassets.services import Services
from langassets.settings import Settings
from langassets.translation.checks import check
from langassets.translation.documents.document import document
from langassets.translation.types import Remembered, Segment
from langassets_tests.jobs.lessons import add_lesson, request
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer

BUDGETS = ("0", "0.01", "0.02")
PRICE = "judge=0.25/2"  # dollars a million tokens in and out: what small models of OpenAI's cost in 2026
_A_LESSON, _ONE_IN, _READ = 5, 20, 0.1
_LEAST = 40

Pairs = dict[str, str]
Behaviour = Callable[[Asked, Reply], Reply]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print, for each budget of a language's export, what was judged and what the first tenth holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recall", type=float, default=0.6)
    parser.add_argument("--alarms", type=float, default=0.05, help="share of sound ones that it names")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    found = {budget: [Decimal(0)] * 7 for budget in BUDGETS}
    for language in (one for one in languages(given.folder, "en") if one not in set_aside()):
        pairs, planted = _planted(given.folder, language, Random(f"{given.seed} {language}"))
        for budget, row in found.items():
            said = _judging(planted, given.recall, given.alarms, f"{given.seed} {language}")
            for place, more in enumerate(_reviewed(language, pairs, planted, budget, said)):
                row[place] += more
    print("| dollars a language | waiting | judged | spent | planted | in the first tenth | of their reads |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for budget, (waiting, judged, cost, errors, seen, reads, seen_reads) in found.items():
        shares = f"{seen} ({seen / errors:.0%}) | {seen_reads / reads:.0%}"
        print(f"| {budget} | {waiting:,} | {judged:,} | {cost:.4f} | {errors} | {shares} |")


def _judging(planted: set[str], recall: float, alarms: float, seed: str) -> Behaviour:
    """A model that is told what was planted."""

    def says(text: str) -> str:
        named = Random(f"{seed} {text}").random() < (recall if text in planted else alarms)
        return "major mistranslation: it says something else" if named else "none"

    return lambda asked, _reply: Reply([(number, says(text)) for number, text in asked.texts.items()])


def _planted(folder: Path, language: str, random: Random) -> tuple[Pairs, set[str]]:
    """Sound translations by source, and the sources of those that something was planted in."""
    pairs = {
        block.segment.text: block.translation
        for block in blocks(folder, "en", language)
        if not block.refused_by
        and not block.segment.protected
        and len(block.segment.text) >= _LEAST
        and document("text", {"text": block.segment.text}).texts == (block.segment.text,)
    }
    words = [word for text in pairs.values() for word in text.split() if word.isalpha() and len(word) > 4]
    sources, planted = random.sample(sorted(pairs), len(pairs)), set[str]()
    for source in sources:
        if len(planted) * _ONE_IN < len(pairs):
            for wrong in _errors(pairs[source], words, random):
                if not check(Segment(source), wrong, "en", language):
                    pairs[source] = wrong
                    planted.add(source)
                    break
    return pairs, planted


def _errors(translation: str, words: Sequence[str], random: Random) -> Iterator[str]:
    """The same with something wrong: words of other sentences in the place of three of its own, or its end
    left out."""
    own = translation.split()
    places = [place for place, word in enumerate(own) if word.isalpha() and len(word) > 4]
    wrong = [*own]
    for place in random.sample(places, min(3, len(places))):
        wrong[place] = random.choice(words)
    ways = [" ".join(wrong)] if places else []
    ways += [translation.rpartition(", ")[0] + translation[-1]] if ", " in translation else []
    random.shuffle(ways)
    yield from ways


def _reviewed(
    language: str, pairs: Pairs, planted: set[str], budget: str, says: Behaviour
) -> tuple[int | Decimal, ...]:
    """How many wait and were judged, and for what; how many errors were planted, and how many of them the
    first tenth of the review holds; and how often all of them and these are read."""
    with TemporaryDirectory() as home, OpenAIServer(behaviour=says) as server:
        settings = {"openai_api_key": server.key, "openai_base_url": server.url, "langassets_home": home}
        settings |= {"quality_judge_model": "judge", "model_prices": PRICE, "quality_judge_max_cost": budget}
        services = Services(Settings.model_validate(settings))
        sources = Random(language).sample(sorted(pairs), len(pairs))
        for number, start in enumerate(range(0, len(sources), _A_LESSON), 1):
            texts = sources[start : start + _A_LESSON]
            lesson = add_lesson(services.data, f"Lesson {number}", {"text": {"text": "\n\n".join(texts)}})
            request(services.data, language, lesson, 1 + 10_000 // number)
        DatabaseMemory(services.data).remember(
            Remembered(services.recipes.keys(source, "en", language)[0], text, "openai", "m")
            for source, text in pairs.items()
        )
        report = asyncio.run(judge(services, language))
        units = to_review(services.data, services.recipes, language)
        services.data.dispose()
    wrong = [(number, one.requests) for number, one in enumerate(units) if one.segment.text in planted]
    seen = [requests for number, requests in wrong if number < round(len(units) * _READ)]
    reads = sum(requests for _, requests in wrong)
    return len(units), report.judged, report.spent.cost or Decimal(0), len(wrong), len(seen), reads, sum(seen)


if __name__ == "__main__":
    main()
