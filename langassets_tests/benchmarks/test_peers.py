"""What is asked of programs of others, and how they are compared: the parts that need none of them."""

from pathlib import Path

import pytest

from benchmarks.inputs import LESSONS
from benchmarks.peers import Asked, Peers, PeersModels, asked_since, change, tools, whole_translated
from benchmarks.targets import Row, Side, measured, rows
from langassets_tests.servers.model_replies import Response

ANCHORED = '@@LINE_0001@@ # Read <b class="big">this</b> `now` in [the guide](to/the-guide.md) @@LINK_0@@'


def test_what_marks_a_file_stays_when_it_is_translated_as_a_whole() -> None:
    made = whole_translated(ANCHORED, "es")
    for kept in ("@@LINE_0001@@ # ", '<b class="big">', "</b> `now`", "](to/the-guide.md) @@LINK_0@@"):
        assert kept in made
    assert "Read" not in made
    assert "guide]" not in made


@pytest.mark.parametrize("told", ["Translate the following markdown file to Hebrew (he).", "health check"])
def test_the_model_answers_a_whole_file_and_counts_characters(told: str) -> None:
    with PeersModels(0.0) as server:
        messages = [{"role": "system", "content": told}, {"role": "user", "content": "Water wheels"}]
        answer = server._chat({"model": "gpt-6-luna", "messages": messages})
        assert isinstance(answer, Response)
        asked = asked_since(server)
        assert (asked.requests, asked.sent) == (1, len(told) + len("Water wheels"))
        assert asked.answered == len("Water wheels") or "he" in told
        assert (b"Water wheels" in answer.body) == (told == "health check")
        assert asked_since(server) == Asked()


def test_a_paragraph_that_changes_is_prose(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("# Title\n\nFirst.\n\nLast one.\n\n| a | b. |\n\n    Code.\n", encoding="utf-8")
    change(file)
    assert "\n\nFirst.\n\nLast one. It is the one" in file.read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8").endswith("\n\n| a | b. |\n\n    Code.\n")


def peers(folder: Path) -> Peers:
    (folder / "venv/lib/python3.11/site-packages/litellm/litellm_core_utils/tokenizers").mkdir(parents=True)
    return Peers(folder / "venv/bin/python", folder / "debian")


def test_all_tools_get_the_same_languages(tmp_path: Path) -> None:
    ours, theirs = tools(peers(tmp_path))
    assert ours.environ["PREDEFINED_LANGUAGES"] == "en,es,fr,he"
    assert theirs.commands[0][2] == "es fr he"
    assert [command[-1] for command in ours.commands[2:]] == ["site/es", "site/fr", "site/he"]


def test_rows_beside_other_programs_come_only_with_them(tmp_path: Path) -> None:
    assert LESSONS.is_dir(), f"the lessons are missing: expected them at {LESSONS.resolve()}"
    others = peers(tmp_path)
    names = [[row.name for row in rows(None, tmp_path, 100_000, given)] for given in (None, others)]
    assert names[1][: len(names[0])] == names[0]
    assert [name.split()[-1] for name in names[1][len(names[0]) :]] == ["mdpo", "translate-toolkit"]
    (others.debian / "usr/bin").mkdir(parents=True)
    (others.debian / "usr/bin/po4a-updatepo").touch()
    assert [*rows(None, tmp_path, 100_000, others)][-1].name.endswith("po4a")
    texts = [file.read_text(encoding="utf-8") for file in (tmp_path / "corpus").glob("*.md")]
    assert len(set(texts)) == len(texts) > 1


def test_a_row_that_falls_short_says_why(tmp_path: Path) -> None:
    row = Row("halved", Side("print(2)"), Side("print(4)"), 0.4, unit="MB", why="half is what it takes")
    assert measured(row, tmp_path, 1).endswith(" | no | half is what it takes |")
    assert measured(row, tmp_path, 1).startswith("| halved | 2.00 MB | 4.00 MB | 0.50 | 0.4 |")
    reached = Row("halved", Side("print(2)"), Side("print(4)"), float("inf"), why="half is what it takes")
    assert measured(reached, tmp_path, 1).endswith(" | yes |  |")
