"""Apertium, a machine translation engine by rules, behind OpenAI's protocol.

It always says the same of a text, and knows no names: what it does not know it leaves as it is.
"""

import re
import subprocess
from collections.abc import Iterator
from functools import cache

from langassets_tests.servers.model_server import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer

MODES = {"es": "eng-spa", "ca": "eng-cat"}
# What is no prose to it: tags, the rest of a link, marks. In its stream they stand in brackets, as blanks.
_BLANK = re.compile(r"\]\(<x\d+/>\)|<x\d+/>|[*_`\[\](){}|~#]+")
_RESERVED = re.compile(r"([\\^$@<>/{}\[\]])")
_STREAM = re.compile(r"\\(.)|[\[\]]")


def apertium_server() -> OpenAIServer:
    """A server that answers each request by Apertium; enter it to start it."""
    return OpenAIServer(behaviour=_answer)


@cache
def translate(text: str, language: str) -> str:
    """A text by itself, in a process of its own: so no word drifts to its neighbour."""
    command = ["apertium", "-f", "none", "-u", MODES[language]]
    sent = "".join(_pieces(text)) + "\n"
    done = subprocess.run(command, input=sent, capture_output=True, text=True, check=True, timeout=60)
    return _STREAM.sub(lambda found: found[1] or "", done.stdout).strip()


def _answer(asked: Asked, _reply: Reply) -> Reply:
    return Reply([(number, translate(text, asked.target_language)) for number, text in asked.texts.items()])


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for blank in _BLANK.finditer(text):
        yield _escaped(text[start : blank.start()])
        yield f"[{_escaped(blank[0])}]"
        start = blank.end()
    yield _escaped(text[start:])


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)
