"""Each word in one sense alone: docs/words.md says which, and what users read keeps to it."""

import re
from collections.abc import Iterator

import pytest
import yaml
from typer.testing import CliRunner

from langassets.cli import app
from langassets.settings import Settings
from langassets_tests.docs.pages import pages
from langassets_tests.messages.test_help import COMMANDS
from langassets_tests.messages.test_shape import ALL, PACKAGE
from langassets_tests.project import ROOT

PAGE = ROOT / "docs" / "words.md"
ROWS = re.findall(r"^\| ([a-z][a-z, ]+) \| (.+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
WORDS = {word: meaning for words, meaning, _ in ROWS for word in words.split(", ") if word != "word"}

# What was said in another sense than the page's, and how to say it.
OTHERWISE = {
    r"list of objects": "a JSON list; an object is a file in storage",
    r"lesson contents|lesson segments": "contents are a lesson's, segments a content's",
    r"archived lessons": "archived objects: a lesson is archived where it is written",
    r"[Ll]essons lie in|[Bb]ucket that holds the lessons": "objects: lessons lie in the database",
    r"\b(a|the|its|no|each|every|one) records?\b": "an entry of the manifest, a row of a file",
    r"\btranslation units?\b|\bstrings? to translate": "segments",
    r"\bcache of translations\b|\btranslation cache\b": "the memory",
    r"\bpopular languages?\b|\btop languages?\b": "frequent languages",
}


def said() -> Iterator[tuple[str, str]]:
    """What users read, with where it stands."""
    yield from ((one.where, one.text) for one in ALL)
    for name in COMMANDS:
        shown = CliRunner().invoke(app, [*name, "--help"]).stdout
        yield "langassets " + " ".join(name), " ".join(shown.split())
    for setting, field in Settings.model_fields.items():
        yield setting.upper(), field.description or ""
    for metric, family in yaml.safe_load((PACKAGE / "api/metrics/families.yaml").read_text("utf-8")).items():
        yield metric, family["text"]
    for file in PACKAGE.joinpath("cli").rglob("*.py"):
        yield file.name, file.read_text("utf-8")
    for page in pages():
        if page != PAGE:
            yield page.name, " ".join(page.read_text("utf-8").split())


SAID = list(said())


@pytest.mark.parametrize("pattern", OTHERWISE)
def test_nothing_is_said_in_another_sense(pattern: str) -> None:
    found = [(where, hit.group()) for where, text in SAID for hit in re.finditer(pattern, text)]
    assert found == [], f"say {OTHERWISE[pattern]}"


def test_a_json_object_is_called_one() -> None:
    """A bare 'object' is a file in storage."""
    texts = [(one.where, one.text) for one in ALL if re.search(r"\b[Oo]bject\b", one.text)]
    elsewhere = [(where, text) for where, text in texts if not where.startswith(("storage/", "jobs/"))]
    assert [(where, text) for where, text in elsewhere if "JSON object" not in text] == []


def test_the_page_says_each_word_once_and_where_it_is_met() -> None:
    assert len(WORDS) >= 20
    assert {"lesson", "content", "segment", "object", "tier", "memory", "manifest", "request"} <= WORDS.keys()
    assert len(WORDS) == sum(len(words.split(", ")) for words, _, _ in ROWS if words != "word")
    for words, meaning, where in ROWS:
        assert meaning, words
        assert re.search(r"`|\]\(|where", where), words


def test_each_word_is_used() -> None:
    everything = " ".join(text for _, text in SAID).lower()
    assert [word for word in WORDS if not re.search(rf"\b{word}", everything)] == []
