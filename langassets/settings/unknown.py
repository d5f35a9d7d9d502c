"""Variables that are set and that nothing reads, though a setting seems to be meant: OPENAI_APIKEY."""

import os
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pydantic import AliasChoices

from langassets.settings.env_file import read_env_file
from langassets.settings.environment import Settings

# Names of services that other programs use too: OPENAI_MODELS is LibreChat's, SUPABASE_URLS anybody's.
_SHARED = {"API", "DAGSTER", "DATABASE", "GEMINI", "GOOGLE", "OPENAI", "SUPABASE"}
_OURS = "LANGASSETS_"
# Read by compose.yaml and by our own servers; and what Kubernetes sets for a service of that name.
_READ_ELSEWHERE = re.compile(r"IMAGE|SERVER_START|(.*_)?(SERVICE_(HOST|PORT.*)|PORT(_\d+_.*)?)")
# Below it a letter more, less or other makes another word: KEY and KEYS, API and APP, HOST and POST.
_LONG = 5
# So many letters, or words, that nobody else has them by chance.
_LETTERS, _WORDS = 8, 3


def unknown_settings(names: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Those of `names` that seem meant for a setting and are none, each with the setting that is nearest.

    An environment is full of other programs' variables, so a name is told of where it is LANGASSETS_ and
    anything; or has a setting's letters with other underscores, its words in another order or without one
    of several, or a slip in a word; and where that setting is not set besides.
    """
    known = setting_names()
    given = {name.upper() for name in names}
    for name in sorted(names):
        if (upper := name.upper()) in known:
            continue
        if upper.startswith(_OURS):
            rest = upper.removeprefix(_OURS)
            if not _READ_ELSEWHERE.fullmatch(rest):
                near = get_close_matches(rest, known, 1) or get_close_matches(upper, known, 1, 0.9)
                yield name, next(iter(near), None)
        elif (
            meant := next((one for one in sorted(known) if _is_near(upper, one)), None)
        ) and meant not in given:
            yield name, meant


def unknown_here(env_file: Path = Path(".env")) -> list[str]:
    """A sentence for each such variable of the process's environment and `env_file`, as `load_settings` reads
    them; raises `SettingsError` where the file cannot be read. No value is repeated."""
    names = {*read_env_file(env_file), *os.environ}
    return [
        f"{name} is set, and no setting has that name{f': {meant} may be meant' if meant else ''}."
        for name, meant in unknown_settings(names)
    ]


def unknown_at_start() -> list[str]:
    """The same for a program that starts; nothing where another that started it has said so already."""
    return [] if os.environ.get("LANGASSETS_SERVER_START") else unknown_here()


def setting_names() -> set[str]:
    """Every variable that is a setting, other names of one included."""
    names = set(Settings.model_fields)
    for field in Settings.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices):
            names |= {str(choice) for choice in field.validation_alias.choices}
    return {name.upper() for name in names}


def _is_near(name: str, known: str) -> bool:
    words, meant = _words(name), _words(known)
    if "".join(words) == "".join(meant):
        return len("".join(words)) >= _LETTERS
    if sorted(words) == sorted(meant):
        return len(words) >= _WORDS
    if len(words) == len(meant):
        shared = meant[0] in _SHARED
        return all(_is_slip(one, other, shared) for one, other in zip(words, meant, strict=True))
    return len(words) >= _WORDS and any(meant[:at] + meant[at + 1 :] == words for at in range(len(meant)))


@cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(re.split(r"[^A-Z0-9]+", name))


def _is_slip(word: str, meant: str, shared: bool) -> bool:
    """Whether a word is the same but for one letter, or two that changed places."""
    if word == meant:
        return True
    if word in {f"{meant}S", meant.removesuffix("S")}:
        return not shared
    if any(letter.isdigit() for letter in {*word} - {*meant}) or _without_one(word).isdisjoint(
        _without_one(meant)
    ):
        return False
    return len(meant) >= _LONG or sorted(word) == sorted(meant)


def _without_one(word: str) -> set[str]:
    """The word, and what is left of it without each of its letters: two words that share one of these differ
    by a letter more, less or other, or by one that has moved."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
