"""deploy/compose.yaml and deploy/Dockerfile as an engine reads them."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import yaml

from langassets_tests.project import ROOT

DEPLOY = ROOT / "deploy"
# The innermost of nested ones: nothing in its default is one itself.
_VARIABLE = re.compile(r"\$\{(\w+)(?:(:-|:\?)([^${}]*))?\}")


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its command, what joins the image's environment, and how its health is told."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    health: tuple[str, ...]
    needs: Mapping[str, str]
    raw: Mapping[str, Any]


def document(env_file: Mapping[str, str]) -> dict[str, Any]:
    """The whole file, where `env_file` is what .env says; raises ValueError where something has to be set."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = _interpolated(yaml.safe_load(text), env_file)
    return read


def services(env_file: Mapping[str, str]) -> dict[str, Service]:
    """The services by name."""
    found = document(env_file)["services"]
    return {name: _service(name, raw, env_file) for name, raw in found.items()}


def _service(name: str, raw: Mapping[str, Any], env_file: Mapping[str, str]) -> Service:
    from_file = dict(env_file) if "env_file" in raw else {}
    test = raw.get("healthcheck", {}).get("test", ["NONE"])
    assert test[0] in {"CMD", "NONE"}, f"{name}: a check by a shell would hide how it ends"
    return Service(
        name,
        tuple(raw.get("command", ())),
        from_file | {key: str(value) for key, value in raw.get("environment", {}).items()},
        tuple(test[1:]),
        {other: how["condition"] for other, how in raw.get("depends_on", {}).items()},
        raw,
    )


def _interpolated(value: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _interpolated(one, environ) for key, one in value.items()}
    if isinstance(value, list):
        return [_interpolated(one, environ) for one in value]
    if isinstance(value, str):
        while "${" in value:
            value = _VARIABLE.sub(lambda found: _value_of(found, environ), value)
    return value


def _value_of(found: re.Match[str], environ: Mapping[str, str]) -> str:
    name, kind, text = found.groups()
    if environ.get(name):
        return environ[name]
    if kind == ":?":
        raise ValueError(f"{name}: {text}")
    return text or ""


def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's stages, each a list of instructions and what follows them; continued lines are one."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).replace(
        "\\\n", " "
    )
    found: list[list[tuple[str, str]]] = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            found.append([])
        found[-1].append((instruction, rest.strip()))
    return found


def image_environ() -> dict[str, str]:
    """What the image's last stage puts into the environment."""
    pairs = [shlex.split(rest) for instruction, rest in stages()[-1] if instruction == "ENV"]
    return dict(pair.split("=", 1) for pair in chain.from_iterable(pairs))


def instructions() -> list[tuple[str, str]]:
    """Those of all stages."""
    return list(chain.from_iterable(stages()))
