"""Programs of others at the same work: cutting Markdown into messages, and translating a folder of lessons.

They are installed from PyPI and Debian into a folder of their own, at the versions pinned here.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.serving import CountingModels, Remote, address
from benchmarks.stage import ANSWER_TIME, clean_environ
from langassets_tests.servers.model_replies import Fault, Json, Reply, Response
from langassets_tests.servers.translator import translate

_PINNED = ("co-op-translator==0.23.2", "mdpo==2.1.4", "translate-toolkit[markdown]==3.20.0")
# Of this only a file is wanted: co-op-translator counts tokens by a table that tiktoken takes from a host of
# its own when it is first needed; without it, each file fails.
_TABLE = "litellm==1.80.0"
_DEBIAN = ("po4a", "libsyntax-keyword-try-perl", "libxs-parse-keyword-perl", "libyaml-tiny-perl")
LANGUAGES = ("es", "fr", "he")


@dataclass(frozen=True, slots=True)
class Peers:
    """Where they are: the interpreter that has those from PyPI, and the folder of what Debian packs."""

    python: Path
    debian: Path

    @property
    def token_table(self) -> Path:
        """What TIKTOKEN_CACHE_DIR is to name."""
        [found] = self.python.parents[1].glob("lib/*/site-packages/litellm/litellm_core_utils/tokenizers")
        return found

    @property
    def po4a(self) -> tuple[str, ...]:
        """Its command; empty where there is no Debian."""
        libraries = [self.debian / "usr/share/perl5", *self.debian.glob("usr/lib/*/perl5/*")]
        program = self.debian / "usr/bin/po4a-updatepo"
        includes = [f"-I{one}" for one in libraries]
        return ("perl", *includes, str(program)) if program.exists() else ()


def installed(folder: Path) -> Peers:
    """All of them, in `folder`, which may hold them already."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Peers(folder / "venv" / "bin" / "python", folder / "debian")
    uv = [sys.executable, "-m", "uv", "--system-certs"]
    install = [*uv, "pip", "install", "--quiet", "--python", str(made.python)]
    if not made.python.exists():
        _run([*uv, "venv", "--quiet", str(folder / "venv")], folder)
        _run([*install, *_PINNED], folder)
        _run([*install, "--no-deps", _TABLE], folder)
    if not made.debian.exists() and shutil.which("apt-get"):
        made.debian.mkdir()
        _run(["apt-get", "download", *_DEBIAN], made.debian)
        for package in made.debian.glob("*.deb"):
            _run(["dpkg", "-x", package.name, "."], made.debian)
    return made


def _run(command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout[-1500:]}{done.stderr[-1500:]}")


@dataclass(slots=True)
class Asked:
    """What a model was asked and answered: requests, characters of prompts and of answers."""

    requests: int = 0
    sent: int = 0
    answered: int = 0


# What stays as it is in a file that a model is given as a whole: its marks, code, tags, addresses.
_KEPT = re.compile(r"(@@[^@\s]+@@|`[^`\n]*`|<[^>\n]*>|\]\([^)\n]*\))")
_WHOLE_FILE = re.compile(r"Translate the following markdown file to [^(\n]*\(([\w-]+)\)")


def whole_translated(text: str, language: str) -> str:
    """A Markdown text in words of `language`, with what must not change as it was."""
    parts = _KEPT.split(text)
    return "".join(part if place % 2 else translate(part, language) for place, part in enumerate(parts))


class PeersModels(CountingModels):
    """The same model for all: it answers ours in the structure asked for, and a prompt with a file by the
    file. It counts characters."""

    def __init__(self, latency: float = ANSWER_TIME) -> None:
        super().__init__(latency)
        self.asked = Asked()

    def _chat(self, body: Json, mode: str = "direct", at: float | None = None) -> Response | Fault:
        if "response_format" in body:
            return super()._chat(body, mode, at)
        told = [str(message["content"]) for message in body["messages"]]
        found = _WHOLE_FILE.search(told[0])
        self.closing.wait(self.latency)
        answer = whole_translated(told[-1], found[1]) if found else told[-1]
        return Response.of(200, self.completion(body["model"], "".join(told), Reply([], answer)))

    def completion(self, model: str, prompt: str, reply: Reply, *given: Any, **named: Any) -> Json:
        with self.lock:
            self.asked.requests += 1
            self.asked.sent += len(prompt)
            self.asked.answered += len(reply.content)
        return super().completion(model, prompt, reply, *given, **named)


def asked_since(server: PeersModels) -> Asked:
    """What it was asked, forgotten with this."""
    with server.lock:
        found, server.asked = server.asked, Asked()
    return found


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that translates the folder `lessons`, by commands that are run one after the other."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    environ: Mapping[str, str] = field(default_factory=dict)


def tools(peers: Peers) -> tuple[Tool, ...]:
    """Ours, and theirs."""
    cli = (sys.executable, "-c", "import sys; from langassets.cli import main; sys.exit(main())")
    exports = ((*cli, "export-lessons", code, f"site/{code}") for code in LANGUAGES)
    ours = ((*cli, "import-lessons", "lessons"), (*cli, "run", "preload"), *exports)
    program = str(peers.python.with_name("translate"))
    theirs = (program, "-l", " ".join(LANGUAGES), "-md", "-y", "-r", "lessons", "--concurrency", "8")
    environ = {"OPENAI_CHAT_MODEL_ID": "gpt-6-luna", "TIKTOKEN_CACHE_DIR": str(peers.token_table)}
    return (
        Tool("langassets", ours, {"PREDEFINED_LANGUAGES": ",".join(("en", *LANGUAGES))}),
        Tool("co-op-translator", (theirs,), environ),
    )


def compared(peers: Peers, lessons: Path) -> Iterator[str]:
    """Lines of a table: what each tool takes for the lessons when they are new, as they were, and changed in
    one paragraph."""
    yield "\n| the same lessons | | seconds | of the processor | requests | characters sent | answered |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    with Remote(PeersModels) as models:
        url, key = models.ask(address)
        for tool in tools(peers):
            with tempfile.TemporaryDirectory(prefix="langassets-peers-") as folder:
                home = Path(folder)
                shutil.copytree(lessons, home / "lessons")
                for when in ("new", "nothing changed", "one paragraph changed"):
                    if when == "one paragraph changed":
                        change(home / "lessons" / "workflows.md")
                    taken = _taken(tool, home, url, key)
                    asked = models.ask(asked_since)
                    cells = [tool.name, when, *(f"{one:.1f}" for one in taken), f"{asked.requests:,}"]
                    yield f"| {' | '.join([*cells, f'{asked.sent:,}', f'{asked.answered:,}'])} |"


def change(file: Path) -> None:
    """One more sentence in a file's last paragraph of prose."""
    paragraphs = file.read_text(encoding="utf-8").split("\n\n")
    place = max(place for place, one in enumerate(paragraphs) if re.match(r"[A-Z][^\n|]+\.$", one))
    paragraphs[place] += " It is the one that most people begin with."
    file.write_text("\n\n".join(paragraphs), encoding="utf-8")


def _taken(tool: Tool, home: Path, url: str, key: str) -> tuple[float, float]:
    """Seconds, and seconds of the processor."""
    environ = clean_environ(home, OPENAI_BASE_URL=url, OPENAI_API_KEY=key, **tool.environ)
    own = psutil.Process()
    begun, before = time.perf_counter(), own.cpu_times()
    for command in tool.commands:
        _run(command, home, environ)
    after = own.cpu_times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - begun, used
