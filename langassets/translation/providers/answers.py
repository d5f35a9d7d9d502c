"""Reading what a model answered: which translations are there, and whether the answer can be trusted.

A model that merges two segments gives every later one its neighbour's translation, and only the last id is
missing. So an answer whose ids are not those that were asked for counts for nothing, but for one that was
cut: what stands complete before the cut, in order from the first id on, is what it seems to be.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from langassets.translation.providers.errors import broke_off
from langassets.translation.providers.usage import usage_so_far
from langassets.translation.types import Answer, Batch, Finish, RateLimits, TokenUsage
from langassets.wording import counted

_LONGEST_NUMBER = 9  # int() raises for what no batch has
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_LIST = re.compile(r'\A\s*(?:```(?:json)?[ \t]*\r?\n)?\s*\{\s*"translations"\s*:\s*\[[ \t\r\n]*')
_NEXT = re.compile(r"[ \t\r\n]*,[ \t\r\n]*(?=[^ \t\r\n])")
_CUT = {
    Finish.TRUNCATED: "the answer was cut at the token limit",
    Finish.BROKEN: "the answer broke off",
}
_DECODER = json.JSONDecoder()


class AnswerReader:
    """Reads an answer to a batch of `count` texts while it is written.

    However the answer is cut into pieces, the same texts come out: those that `read_answer` finds in an
    answer that was cut where it stands.
    """

    def __init__(self, count: int) -> None:
        self.content = ""
        """What has been written so far."""
        self.texts: dict[int, str] = {}
        """The texts that stand complete so far, in order from the first on, by their index."""
        self._count = count
        self._position: int | None = None  # of the next item, None before the list
        self._over = False

    def read(self, more: str) -> dict[int, str]:
        """Go on by what came. Returns the texts that are complete by it, often none."""
        self.content += more
        found: dict[int, str] = {}
        if "}" in more:  # no item ends without one
            while not self._over and (text := self._item()) is not None:
                found[len(self.texts)] = text
                self.texts[len(self.texts)] = text
        return found

    def _item(self) -> str | None:
        """The next text, None where it is not complete yet, or nothing more can be trusted."""
        start = self._start()
        if start is None:
            return None
        try:
            item, end = _DECODER.raw_decode(self.content, start)
        except (ValueError, RecursionError):
            return None
        pair = _pair(item)
        self._over = pair is None or pair[0] != len(self.texts) + 1 or pair[0] > self._count
        if pair is None or self._over:
            return None
        self._position = end
        return pair[1]

    def _start(self) -> int | None:
        first = self._position is None
        found = _LIST.match(self.content) if first else _NEXT.match(self.content, self._position or 0)
        return found.end() if found else None


def read_answer(
    content: str, count: int, usage: TokenUsage, finish: Finish, limits: RateLimits | None = None
) -> Answer:
    """The answer to a batch of `count` texts from what the model wrote.

    A code fence around the whole is let pass: models without a strict mode like to add one.
    """
    if finish is Finish.REFUSED:
        return Answer({}, usage, finish, limits, "the model refused to answer")
    if finish in _CUT:
        return Answer(AnswerReader(count).read(content), usage, finish, limits, _CUT[finish])
    texts, problem = _complete(content, count)
    return Answer(texts, usage, finish, limits, problem)


def answer_to(
    batch: Batch, content: str, usage: TokenUsage, finish: Finish, limits: RateLimits | None = None
) -> Answer:
    """The answer to a batch, as `read_answer` has it; its usage is ours where the provider gave none."""
    estimated = usage == TokenUsage()
    usage = usage_so_far(batch, content) if estimated else usage
    answer = read_answer(content, len(batch.texts), usage, finish, limits)
    return replace(answer, estimated=estimated)


def cut_short(answer: Answer, said: Mapping[int, str], why: str, where: str) -> Answer:
    """An answer whose end did not come, with the texts that were `said` before in full. Raises
    `ProviderBrokeOffError` where none was: then nothing speaks against them."""
    why = why or "the stream ended before the answer did"
    if not said:
        raise broke_off(where, why)
    return replace(answer, texts=said, finish=Finish.BROKEN, problem=why)


def _complete(content: str, count: int) -> tuple[Mapping[int, str], str | None]:
    fenced = _FENCE.match(content)
    try:
        document = json.loads(fenced.group(1) if fenced else content)
    except (ValueError, RecursionError):
        return {}, "the answer was not valid JSON"
    items = document.get("translations") if isinstance(document, dict) else None
    if not isinstance(items, list):
        return {}, "the answer was not of the form that was asked for"
    texts: dict[int, str] = {}
    for item in items:
        pair = _pair(item)
        if pair is None:
            return {}, "the answer was not of the form that was asked for"
        number, text = pair
        if texts.setdefault(number, text) != text:
            return {}, f"the answer gave two translations for text {number}"
    if problem := _numbering(texts, count):
        return {}, problem
    return {number - 1: text for number, text in sorted(texts.items())}, None


def _numbering(texts: Mapping[int, str], count: int) -> str | None:
    asked = set(range(1, count + 1))
    if extra := sorted(texts.keys() - asked):
        return f"the answer has texts that were not asked for: {_listed(extra)}"
    if missing := sorted(asked - texts.keys()):
        return f"the answer lacks {len(missing)} of {counted(count, 'text')}: {_listed(missing)}"
    return None


def _pair(item: object) -> tuple[int, str] | None:
    if not isinstance(item, dict):
        return None
    number, text = item.get("id"), item.get("text")
    if isinstance(number, str) and number.isdecimal() and len(number) <= _LONGEST_NUMBER:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(text, str):
        return None
    return number, text


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    return shown + (", …" if len(numbers) > 5 else "")
