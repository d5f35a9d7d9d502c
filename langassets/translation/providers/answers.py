"""Reading what a model answered: which translations are there, and whether the answer can be trusted.

Two lists may each be sound by themselves and not fit together: a model that merges two segments gives
every later one its neighbour's translation, and only the last id is missing. So an answer whose ids are
not those that were asked for counts for nothing, but for one that was cut: what stands complete before
the cut, in order from the first id on, is what it seems to be.
"""

import json
import re
from collections.abc import Iterator, Mapping

from langassets.translation.types import Answer, Finish, RateLimits, TokenUsage
from langassets.wording import counted

_LONGEST_NUMBER = 9  # int() raises for what no batch has
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_LIST = re.compile(r'\A\s*\{\s*"translations"\s*:\s*\[')


def read_answer(
    content: str, count: int, usage: TokenUsage, finish: Finish, limits: RateLimits | None = None
) -> Answer:
    """The answer to a batch of `count` texts from what the model wrote.

    A code fence around the whole is let pass: models without a strict mode like to add one.
    """
    if finish is Finish.REFUSED:
        return Answer({}, usage, finish, limits, "the model refused to answer")
    if finish is Finish.TRUNCATED:
        return Answer(
            _before_the_cut(content), usage, finish, limits, "the answer was cut at the token limit"
        )
    texts, problem = _complete(content, count)
    return Answer(texts, usage, finish, limits, problem)


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


def _before_the_cut(content: str) -> Mapping[int, str]:
    start = _LIST.match(content)
    texts: dict[int, str] = {}
    if start:
        for number, text in _items(content, start.end()):
            if number != len(texts) + 1:
                break
            texts[number] = text
    return {number - 1: text for number, text in texts.items()}


def _items(content: str, position: int) -> Iterator[tuple[int, str]]:
    decoder = json.JSONDecoder()
    while True:
        try:
            item, position = decoder.raw_decode(content, position)
        except (ValueError, RecursionError):
            return
        pair = _pair(item)
        if pair is None:
            return
        yield pair
        while position < len(content) and content[position] in " \t\r\n,":
            position += 1


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
