"""Every command that a page shows is run, in a project of its own, and what the page says it prints is so."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from langassets_tests.docs.kinds import KINDS, project
from langassets_tests.docs.pages import FAILS, Block, blocks_in, blocks_of, name_of, pages
from langassets_tests.docs.scratch import Scratch

PAGES = pages()
_FROM_DEBIAN = ("sqlite3", "rclone")
# A reader of these two has just cloned the project; of the others, has its commands on PATH.
FROM_NOTHING = {"README.md", "docs/get-started.md"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_says_what_it_is(page: Path) -> None:
    wrong = [f"{block.place}: {problem}" for block in blocks_of(page) if (problem := _problem_of(block))]
    assert not wrong, "\n".join(
        [*wrong, "A comment above the block says so; langassets_tests/docs/pages.py has the kinds."]
    )


def _problem_of(block: Block) -> str | None:
    if not block.language:
        return "it names no language: sh for commands, text for what they print, ini, json and so on"
    if block.is_shell and block.what not in {"run", "not run"}:
        return "commands, and no word of whether they are run: <!-- run: demo --> or <!-- not run: why -->"
    if block.what == "not run" and not block.argument:
        return "no reason is given for not running it"
    if block.what in {"run", "file"} and block.kind not in KINDS:
        return f"there is no such kind of project: {block.kind}; there are {', '.join(sorted(KINDS))}"
    if block.what == "file" and not block.argument:
        return "it names no file to be written to"
    return None


@pytest.mark.pages
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(block.what == "run" for block in blocks_of(page))], ids=name_of
)
def test_what_the_page_shows_is_so(page: Path, projects: "Projects") -> None:
    said = " ".join(block.text for block in blocks_of(page) if block.what == "run").split()
    if missing := [each for each in _FROM_DEBIAN if each in said and shutil.which(each) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}. make .venv/.debian")
    printed = ""
    for block in blocks_of(page):
        if block.what in {"run", "file"}:
            assert block.kind is not None
            place = projects.of(block.kind, active=name_of(page) not in FROM_NOTHING)
            if block.what == "file":
                place.write(block)
            elif block.argument and block.argument != FAILS:
                place.serve(block)
            else:
                printed = place.run(block.text, block.place, fails=block.argument == FAILS)
        elif block.what == "output":
            differing = _differing(block.text, printed)
            assert not differing, f"{block.place}: {differing}. This was printed:\n{printed}"


class Projects:
    """The projects of one page, each made when it is first wanted."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self._folder = folder
        self._request = request
        self._made: dict[str, Scratch] = {}
        self._stack = ExitStack()

    def of(self, kind: str, *, active: bool) -> Scratch:
        """The page's project of this kind."""
        if kind not in self._made:
            folder = self._folder / kind
            folder.mkdir()
            made = project(kind, folder, self._postgres, active=active)
            self._made[kind] = self._stack.enter_context(made)
        return self._made[kind]

    def close(self) -> None:
        """Stop what they started."""
        self._stack.close()

    def _postgres(self) -> str:
        address: str = self._request.getfixturevalue("postgres_server")
        return address


@pytest.fixture
def projects(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Projects]:
    made = Projects(tmp_path, request)
    yield made
    made.close()


def _differing(shown: str, printed: str) -> str | None:
    """What a page shows and was not printed, or the other way round, where no line of `…` stands for more."""
    expected, real = _shape(shown), _shape(printed)
    shortened = "…" in expected
    missing = [line for line in expected if line not in [*real, "…"]]
    unsaid = [] if shortened else [line for line in real if line not in expected]
    return f"not printed: {missing}; not shown: {unsaid}" if missing or unsaid else None


_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_PATH = re.compile(r"/\S*/(?=(?:\.langassets|mine)/)")


def _shape(text: str) -> list[str]:
    """The lines of an output without what differs from day to day and from machine to machine: numbers,
    blanks, rules, and where the project lies."""
    lines = (re.sub(r"─+", "─", _PATH.sub("", line)) for line in text.splitlines())
    found = (" ".join(_NUMBER.sub("#", line).split()) for line in lines)
    return [line for line in found if line]


def test_a_block_is_read_with_what_the_comment_above_it_says() -> None:
    text = (
        "<!-- run: demo -->\n```sh\nlangassets status\n```\n\n<!-- output -->\n\n```text\nDone\n```\n"
        "1. A list\n\n   <!-- file: empty, lessons/a.md -->\n   ```markdown\n   # A\n     b\n   ```\n"
        "<!-- a remark -->\n```sh\nls\n```\n<!-- not run: it is long -->\n````sh\n```\n````\n"
    )
    found = list(blocks_in(text, "page.md"))
    assert [(block.what, block.kind, block.argument) for block in found] == [
        ("run", "demo", None),
        ("output", None, None),
        ("file", "empty", "lessons/a.md"),
        (None, None, None),
        ("not run", None, "it is long"),
    ]
    assert found[2].text == "# A\n  b\n"
    assert found[4].text == "```\n"
    assert [block.line for block in found] == [2, 8, 14, 19, 23]
    assert "no word of whether" in (_problem_of(found[3]) or "")
    assert _problem_of(found[0]) is None


def test_outputs_are_compared_by_their_shape() -> None:
    printed = " es 7.1% promoted\n────\nin /tmp/x/.langassets/storage\n"
    assert _differing("es  12.09%  promoted\n\n──\nin .langassets/storage", printed) is None
    assert "es #% demoted" in (_differing("es 12.09% demoted\n…", printed) or "")
    assert "in .langassets" in (_differing("es 12.09% promoted\n──", printed) or "")
    assert _differing("es 12.09% promoted\n…", printed) is None
