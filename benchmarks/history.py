"""Replays the history of real Markdown, update by update, with edits by hand in between.

    python -m benchmarks.history ../docs.git docs/en/docs/tutorial --updates 100 --files 12

Needs a Git repository on this machine; nothing of it is kept. The model translates over HTTP and words things
a little otherwise each time, but for what it is shown: there it keeps the old wording where the text is as it
was. Ends with 1 where an edit of an unchanged text is lost, a lesson stale, more sent than changed, or a
translation changed much more than its source.
"""

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from langassets.database.connection import reading
from langassets.database.content.lessons import content_data, contents, lessons
from langassets.database.migrate import migrate
from langassets.ingestion.lessons.folder import import_lessons
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.documents.document import body_of
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.translator import translate

_MISTAKES = ("edits lost", "stale lessons", "sent twice")
_MOST = 1.5
"""How much more a translation may change than its source, in words."""
_TOKEN = re.compile(r"\s+|[^\s]+")
_PROSE = re.compile(r"[A-Z][^`\[\]<>*_|#{}\\!:/]{40,}\.")


def varied(text: str, language: str, chance: random.Random) -> str:
    """A translation in which some words are others each time."""

    def word(found: re.Match[str]) -> str:
        return translate(found[0][::-1].lower(), language) if chance.random() < 0.3 else found[0]

    return re.sub(r"(?<![<\w&\\])[^\W\d_]{4,}(?![\w/>;])", word, translate(text, language))


def kept(former: dict[str, str], text: str, language: str, chance: random.Random) -> str:
    """The translation of a text that was another: as it was, where the text is as it was."""
    was, now = _TOKEN.findall(former["source"]), _TOKEN.findall(text)
    translated = _TOKEN.findall(former["translation"])
    if len(was) != len(translated):
        return varied(text, language, chance)
    new: list[str] = []
    for kind, low, high, first, last in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        new += (
            translated[low:high] if kind == "equal" else [varied("".join(now[first:last]), language, chance)]
        )
    return "".join(new)


@dataclass
class Replay:
    """One replay, and what it came to."""

    services: Services
    server: OpenAIServer
    language: str
    chance: random.Random
    edits: dict[tuple[str, str], str] = field(default_factory=dict)
    """What people wrote, by lesson and the text that it is a translation of."""
    seen: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_MISTAKES, 0)))

    async def update(self, folder: Path, run_id: str) -> None:
        """Take in the lessons of one moment, and make them fresh."""
        before = await self._paragraphs()
        import_lessons(self.services.data, folder)
        asked = len(self.server.requests)
        report = await preload(self.services, [self.language], run_id=run_id)
        sent = [text for one in self.server.requests[asked:] for text in one.texts.values()]
        self.counts["segments sent"] += len(sent)
        self.counts["sent twice"] += len(sent) - len(set(sent)) + len(self.seen.intersection(sent))
        self.seen.update(sent)
        [plan] = (await plan_preload(self.services)).languages
        self.counts["stale lessons"] += plan.to_make + (not report.complete)
        await self._compare(before)

    async def edit(self, most: int) -> None:
        """Have people word some sentences otherwise, in storage."""
        there = await self._paragraphs()
        for key in self.chance.sample(sorted(there), min(most, len(there))):
            sources, body = there[key]
            texts = body["text"].split("\n\n")
            counted = Counter(sources)
            places = [
                place
                for place, text in enumerate(sources)
                if _PROSE.fullmatch(text) and counted[text] == 1 and len(sources) == len(texts)
            ]
            if not places:
                continue
            place = self.chance.choice(places)
            longest = max(re.findall(r"[^\W\d_]+", texts[place]), key=len)
            other = "".join(self.chance.choices("aeiou", k=3)) + longest.lower()
            texts[place] = texts[place].replace(longest, other, 1)
            self.edits[key, sources[place]] = texts[place]
            self.counts["edits by hand"] += 1
            async with self.services.store() as store:
                await store.write(key, body_of({**body, "text": "\n\n".join(texts)}))

    async def _compare(self, before: dict[str, tuple[list[str], dict[str, str]]]) -> None:
        after = await self._paragraphs()
        for (key, source), text in list(self.edits.items()):
            sources, body = after.get(key, ([], {"text": ""}))
            if Counter(sources)[source] != 1:
                del self.edits[key, source]
                self.counts["edits whose text changed"] += 1
            elif text not in body["text"].split("\n\n"):
                self.counts["edits lost"] += 1
        for key in before.keys() & after.keys():
            (old, was), (new, now) = before[key], after[key]
            self.counts["words changed in sources"] += _distance(old, new)
            made = (body["text"].split("\n\n") for body in (was, now))
            self.counts["words changed in translations"] += _distance(*made)

    async def _paragraphs(self) -> dict[str, tuple[list[str], dict[str, str]]]:
        """By key of each stored object, the paragraphs of its lesson, and the object."""
        with reading(self.services.data) as connection:
            active = {lesson.id for lesson in lessons(connection)}
            places = [(one.lesson, one.content_type) for one in contents(connection) if one.lesson in active]
            sources = {lesson: data["text"] for lesson, _, data in content_data(connection, places)}
        found = {}
        async with self.services.store() as store:
            async for one in store.list(f"{self.language}/lessons/"):
                lesson = one.key.split("/")[2]
                if lesson in sources:
                    found[one.key] = (sources[lesson].split("\n\n"), json.loads(await store.read(one.key)))
        return found


def _distance(before: Sequence[str], after: Sequence[str]) -> int:
    """Words that two versions of a text do not share, paragraph by paragraph."""
    old, new = ([word for part in parts for word in part.split()] for parts in (before, after))
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(max(high - low, last - first) for kind, low, high, first, last in codes if kind != "equal")


def moments(git: Path, folder: str, updates: int, files: int) -> Iterator[dict[str, bytes]]:
    """The files of a folder that changed most often in its last updates, and what stood in them each time."""
    log = _git(git, "log", "--first-parent", "--format=%x00%H", "--name-only", f"-{updates}", "--", folder)
    commits = [part.split("\n") for part in log.decode().split("\0")[1:]]
    changed = Counter(name for _, *names in commits for name in names if name.endswith(".md"))
    chosen = [name for name, _ in changed.most_common(files)]
    for commit, *names in reversed(commits):
        if set(names) & set(chosen):
            there = _git(git, "ls-tree", "-r", "--name-only", commit, "--", folder).decode().split("\n")
            yield {name: _git(git, "show", f"{commit}:{name}") for name in chosen if name in there}


def _git(git: Path, *arguments: str) -> bytes:
    return subprocess.check_output(["git", "-C", str(git), *arguments])


@contextmanager
def replaying(home: Path, language: str, seed: int) -> Iterator[Replay]:
    """A replay in a folder of its own, with a model over HTTP."""
    chance = random.Random(seed)

    def behaviour(asked: Asked, reply: Reply) -> Reply:
        former = asked.payload.get("former", {})

        def said(number: int, text: str) -> str:
            was = former.get(str(number))
            return kept(was, text, language, chance) if was else varied(text, language, chance)

        reply.items = [(number, said(number, text)) for number, text in asked.texts.items()]
        return reply

    with OpenAIServer(behaviour=behaviour) as server:
        environ = {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "gpt-6-luna"}
        names = {"LANGASSETS_HOME": str(home), "PREDEFINED_LANGUAGES": language}
        services = Services(load_settings(environ | names))
        migrate(services.data)
        yield Replay(services, server, language, chance)


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Have a folder hold these files and no others."""
    for path in folder.rglob("*.md"):
        path.unlink()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


async def replay(one: Replay, folder: Path, found: Iterator[dict[str, bytes]], edits: int) -> None:
    """Replay all moments, with some edits before each but the first."""
    for number, files in enumerate(found):
        if number:
            await one.edit(edits)
        write(folder, files)
        await one.update(folder, f"update {number}")
        one.counts["updates"] += 1


def main() -> int:
    """Replay, and say what it came to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("git", type=Path)
    parser.add_argument("folder")
    for name, value in (("updates", 100), ("files", 12), ("edits", 2), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--language", default="es")
    options = parser.parse_args()
    found = moments(options.git, options.folder, options.updates, options.files)
    with tempfile.TemporaryDirectory() as home, replaying(Path(home), options.language, options.seed) as one:
        folder = Path(home, "lessons")
        folder.mkdir()
        asyncio.run(replay(one, folder, found, options.edits))
    counts = one.counts
    for name in sorted(counts):
        print(f"{counts[name]:8,} {name}")
    ratio = counts["words changed in translations"] / max(1, counts["words changed in sources"])
    print(f"{ratio:8.2f} words changed in translations for each in sources, edits by hand included")
    held = not any(counts[name] for name in _MISTAKES) and ratio <= _MOST
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
