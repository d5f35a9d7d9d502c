"""What the lessons that judge estimates really take: of o200k, which OpenAI's models have."""

import json
from collections.abc import Mapping, Sequence

from benchmarks.tokens.counting import SCHEMA, Counter, answer
from langassets.jobs.forecast import batches
from langassets.jobs.lessons import DesiredContent, distinct_texts
from langassets.locales import tag_of
from langassets.translation.cost.expected import MESSAGES
from langassets.translation.documents.document import document
from langassets.translation.engine.batching import PlacedText
from langassets.translation.glossary import Glossary
from langassets.translation.providers.prompts import INSTRUCTIONS, payload
from langassets_tests.translation.real_pairs import best_covered, judged

LESSONS, LANGUAGES, MODEL = 30, 30, "gpt-6-luna"


def kept(counter: Counter) -> str:
    """The languages that estimates are judged by, as JSON: for each the tokens and the characters of all that
    is sent for a translation of the lessons, and of the answers that have their real translations."""
    lessons, known = judged(LESSONS, best_covered(LANGUAGES))
    texts = _texts(lessons)
    found = {name: _took(counter, texts, tag_of(name), known[name]) for name in known}
    lines = [f"{json.dumps(name)}: {json.dumps(took)}" for name, took in found.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _texts(lessons: Sequence[str]) -> Sequence[PlacedText]:
    contents = (DesiredContent(str(n), f"Lesson {n}", "en", "text", "", 0) for n in range(len(lessons)))
    documents = (document("text", {"text": text}) for text in lessons)
    return distinct_texts(list(zip(contents, documents, strict=True)))["en"]


def _took(
    counter: Counter, texts: Sequence[PlacedText], tag: str, translated: Mapping[str, str]
) -> dict[str, int]:
    planned = list(batches(texts, "en", tag, MODEL, Glossary()))
    sent = [part for one in planned for part in (INSTRUCTIONS, payload(one))]
    answers = [answer([translated[text] for text in one.texts]) for one in planned]
    counter.learn([*sent, *answers, SCHEMA])
    count = counter.of
    around = (count([SCHEMA], "o200k") + MESSAGES) * len(planned)
    return {
        "input_tokens": count(sent, "o200k") + around,
        "input_characters": sum(map(len, sent)),
        "output_tokens": count(answers, "o200k"),
        "output_characters": sum(map(len, answers)),
    }
