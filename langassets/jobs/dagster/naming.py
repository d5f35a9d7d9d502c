"""What is asked and answered over GraphQL, in the names of a pipeline with a prefix or without."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from langassets.jobs.dagster.queries import ASSET_NAMES, ASSETS, AUTOMATION
from langassets.settings.dagster import Names

_OURS = frozenset({*ASSETS, *AUTOMATION})
_NAMED = frozenset({"name", "jobName", "pipelineName"})


def asked(query: str, names: Names) -> str:
    """A query that names jobs, for those of this pipeline."""
    for job in ASSETS:
        query = query.replace(f'"{job}"', f'"{names.own(job)}"')
    return query


def heard(answer: Any, names: Names) -> Any:
    """An answer in which jobs, schedules, sensors and assets of this pipeline have the names that the code
    goes by, and none of another pipeline has: it keeps its prefix, or gets a stroke where it has none."""
    if isinstance(answer, list):
        return [heard(one, names) for one in answer]
    if not isinstance(answer, Mapping):
        return answer
    return {key: _read(key, value, names) for key, value in answer.items()}


def _read(key: str, value: Any, names: Names) -> Any:
    if key in _NAMED and isinstance(value, str):
        return _own(names).get(value, f"/{value}" if value in _OURS else value)
    if key == "path" and value:
        own_path = value[-1] in ASSET_NAMES and tuple(value) == names.key(value[-1])
        return [value[-1]] if own_path else ["/".join(["", *value])]
    return heard(value, names)


@cache
def _own(names: Names) -> dict[str, str]:
    return {names.own(name): name for name in _OURS}
