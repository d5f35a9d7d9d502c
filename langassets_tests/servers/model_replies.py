"""What is asked of a model server, and what it replies: in order, or by a fault."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from langassets.translation.types import Finish
from langassets_tests.servers.translator import translate

Items = list[tuple[int, str]]

Json = dict[str, Any]


@dataclass
class Reply:
    """What a model writes: items, or any text in their place, and how it ends.

    Where it streams, it may break off after so many characters, by a fault: `EMPTY` is an end in good order.
    """

    items: Items
    text: str | None = None
    finish: Finish = Finish.COMPLETE
    breaks_after: int | None = None
    breaks_by: "Fault | None" = None
    asked: "Asked | None" = None

    @property
    def content(self) -> str:
        if self.text is not None:
            return self.text
        written = [{"id": number, "text": text} for number, text in self.items]
        return json.dumps({"translations": written}, ensure_ascii=False)


class Fault(Enum):
    """What a server does instead of answering."""

    RESET = "the connection is cut"
    HANG = "nothing comes for as long as `patience`"
    HTML = "a page of HTML behind a 200"
    EMPTY = "an empty object behind a 200"
    ERROR_500 = "500"
    ERROR_503 = "503"
    LIMIT = "429"
    LIMIT_WITHOUT_A_WORD = "429 that does not say for how long"
    LIMIT_FOR_TODAY = "429 that lasts until tomorrow"
    NO_CREDIT = "no credit left"
    TOO_LONG = "the request is too long for the model"
    FILTERED = "a filter refuses the request"
    BAD_REQUEST = "400"


@dataclass(frozen=True)
class Asked:
    """One request as it came in: what was to be translated, and every character that was sent for it."""

    number: int
    at: float
    model: str
    target_language: str
    system: str
    payload: Json
    body: Json = field(repr=False)

    @property
    def texts(self) -> dict[int, str]:
        """The texts to translate, by their numbers."""
        return {
            int(number): text
            for lesson in self.payload["lessons"]
            for number, text in lesson["texts"].items()
        }


class Flex(Enum):
    """What a server does with requests in its cheaper tier."""

    YES = "it answers"
    NO_ROOM = "429"
    UNKNOWN = "400"


Behaviour = Callable[[Asked, Reply], Reply | Fault]


@dataclass
class Response:
    """What goes back over HTTP; where there is a `stream`, its parts as they come."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterator["bytes | Fault"] | None = None

    @classmethod
    def of(cls, status: int, body: Json, headers: Mapping[str, str] | None = None) -> "Response":
        return cls(status, json.dumps(body).encode(), headers or {})


def read_message(message: str) -> tuple[str, Json]:
    """A user message in its parts: what is said, and the data that stand before and after it."""
    data, end = json.JSONDecoder().raw_decode(message)
    told, brace, more = message[end:].partition("\n{")
    return told, data | (json.loads(brace.strip() + more) if brace else {})


def sound(asked: Asked) -> Reply:
    """The reply of a model that does what it is told."""
    asked_for = asked.payload.get("terms", {})
    terms = {term: said[0] if isinstance(said, list) else said for term, said in asked_for.items()}
    return Reply(
        [(number, translate(text, asked.target_language, terms)) for number, text in asked.texts.items()]
    )


def tokens(text: str) -> int:
    """Tokens as these servers count them: four characters each."""
    return -(-len(text) // 4)


def item_ends(reply: Reply) -> list[tuple[int, int]]:
    """Where each item of a reply ends in what is written."""
    if reply.text is not None:
        return []
    position, ends = len('{"translations": ['), []
    for number, text in reply.items:
        position += len(json.dumps({"id": number, "text": text}, ensure_ascii=False))
        ends.append((number, position))
        position += len(", ")
    return ends
