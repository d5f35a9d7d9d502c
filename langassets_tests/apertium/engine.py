"""Apertium, a machine translation engine by rules, behind OpenAI's protocol.

It always says the same of a text, and knows no names: what it does not know it leaves as it is.
"""

import re
import subprocess
from collections.abc import Iterator, Sequence

from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer

MODES = {"es": "eng-spa", "ca": "eng-cat"}
# What is no prose to it: tags and marks. In its stream they stand in brackets, as blanks.
_BLANK = re.compile(r"\]\(<x\d+/>\)|<x\d+/>|[*_`\[\](){}|~#]+")
# Marks around words are blanks bound to those words, and go where they go.
_BOUND = re.compile(
    r"(\*\*|~~|(?<![*\w])\*|(?<!\w)_|!?\[)(?=[^\s*_~])([^*_~\[\]<>]*[^*_~\[\]<>\s])(\*\*|~~|\*|_|\]\(<x\d+/>\))"
)
_TAG = re.compile(r"<x\d+/>")
_RESERVED = re.compile(r"([\\^$@<>/{}\[\]])")
_WORDS = re.compile(r"\[\[([^\]]*)\]\](.*?)\[\[/\]\]")
# Stands for a mark until the text is out of the stream.
_PRIVATE = 0xE000
# What it could not inflect it gives back with the analysis, `<p3>`.
_ANALYSIS = re.compile(r"\\<[a-z0-9]+\\>")
_STREAM = re.compile(r"\\(.)|[\[\]]")


def apertium_server() -> OpenAIServer:
    """A server that answers each request by Apertium; enter it to start it."""
    return OpenAIServer(behaviour=_answer)


def _answer(asked: Asked, _reply: Reply) -> Reply:
    return Reply(
        list(zip(asked.texts, translate(list(asked.texts.values()), asked.target_language), strict=True))
    )


def translate(texts: Sequence[str], language: str) -> list[str]:
    """Texts in one process, each flushed by a NUL, so that no word drifts to its neighbour.

    Where a tag did all the same, that text goes through a process of its own.
    """
    said = _said(texts, language)
    return [
        one if _tags(one) == _tags(text) else _said([text], language)[0]
        for text, one in zip(texts, said, strict=True)
    ]


def _said(texts: Sequence[str], language: str) -> list[str]:
    command = ["apertium", "-z", "-f", "none", "-u", MODES[language]]
    sent = "".join(f"{''.join(_stream(text))}\n\0" for text in texts)
    done = subprocess.run(command, input=sent, capture_output=True, text=True, check=True, timeout=600)
    return [_text(text, one) for text, one in zip(texts, done.stdout.split("\0"), strict=False)]


def _tags(text: str) -> list[str]:
    return sorted(_TAG.findall(text))


def _stream(text: str) -> Iterator[str]:
    start = 0
    for number, bound in enumerate(_BOUND.finditer(text)):
        yield from _pieces(text[start : bound.start()])
        yield f"[[t:x:{number}]]{''.join(_pieces(bound[2]))}[[/]]"
        start = bound.end()
    yield from _pieces(text[start:])


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for blank in _BLANK.finditer(text):
        yield _escaped(text[start : blank.start()])
        yield f"[{_escaped(blank[0])}]"
        start = blank.end()
    yield _escaped(text[start:])


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)


def _text(source: str, said: str) -> str:
    """A stream's text again, each mark of the source around the words that it went with."""
    marks: dict[str, str] = {}
    for number, bound in enumerate(_BOUND.finditer(source)):
        opening, closing = chr(_PRIVATE + 2 * number), chr(_PRIVATE + 2 * number + 1)
        marks |= {opening: bound[1], closing: bound[3]}
        start, end = _longest_run(said, f"t:x:{number}")
        said = said[:start] + opening + said[start:end] + closing + said[end:] if end else said
    plain = _STREAM.sub(lambda found: found[1] or "", _WORDS.sub(r"\2", _ANALYSIS.sub("", said))).strip()
    return "".join(marks.get(character, character) for character in plain)


def _longest_run(said: str, mark: str) -> tuple[int, int]:
    """Where most of a mark's words stand beside each other; (0, 0) where none is left."""
    runs: list[tuple[int, int]] = []
    for words in _WORDS.finditer(said):
        if mark not in words[1].split("; "):
            continue
        if runs and not said[runs[-1][1] : words.start()].strip():
            runs[-1] = (runs[-1][0], words.end())
        else:
            runs.append(words.span())
    return max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
