"""Where measuring happens: a storage server, model servers and a PostgreSQL, each in processes of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from benchmarks.serving import CountingModels, Remote, Traffic, address, model_traffic, storage_traffic
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.servers.postgres import new_database, running_postgres
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

ROOT = Path(__file__).parents[1]
ANSWER_TIME = 0.3
"""Seconds that a model takes, as in the measurement of the replaced system."""


@dataclass(frozen=True, slots=True)
class Work:
    """A function of `works`, `loops` or `floors`, and what it is given."""

    name: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement. `seconds` is the work, `process_seconds` with start and imports; `requests` are HTTP
    requests, `bytes` their bodies both ways; `peak_memory` in bytes."""

    units: int
    seconds: float
    process_seconds: float
    cpu_seconds: float
    peak_memory: int
    requests: int
    statements: int
    bytes: int
    tokens: int


def clean_environ(home: Path, **given: str) -> dict[str, str]:
    """What a program is started with: a home and what is given, and of this environment just paths."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"HOME": str(home)} | given


class Stage:
    """Opened with `with`."""

    def __init__(self, answer_time: float = ANSWER_TIME) -> None:
        self._answer_time = answer_time
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        enter = self._stack.enter_context
        self.folder = Path(enter(tempfile.TemporaryDirectory(prefix="langassets-bench-")))
        self.storage = enter(Remote(SupabaseStorageServer))
        self._models = enter(Remote(partial(CountingModels, self._answer_time)))
        self._plain_models = enter(Remote(partial(CountingModels, self._answer_time, plain=True)))
        self._postgres = enter(running_postgres())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def world(self, build: Callable[[Services], None]) -> Iterator[str]:
        """A database in which `build` was done; the name to make copies of."""
        with new_database(self._postgres) as url:
            services = Services(load_settings(self._environ(self._models) | {"DATABASE_URL": url}))
            build(services)
            services.data.dispose()
            yield str(sa.make_url(url).database)

    def measure(self, work: Work, world: str) -> Sample:
        """Do `work` in a process of its own on a copy of a world; storage is as it stands."""
        models = self._plain_models if work.name.startswith("loops.") else self._models
        with new_database(self._postgres, world) as url:
            self._traffic(models)
            begun = os.times().elapsed
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.child", work.name, json.dumps(work.given)],
                cwd=ROOT,
                env=clean_environ(self.folder, **self._environ(models), DATABASE_URL=url),
                capture_output=True,
                text=True,
                check=False,
            )
            process_seconds = os.times().elapsed - begun
            traffic = self._traffic(models)
        if done.returncode:
            raise RuntimeError(f"{work.name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        taken = json.loads(done.stdout.splitlines()[-1])
        return Sample(process_seconds=process_seconds, **asdict(traffic), **taken)

    def _traffic(self, models: Remote[CountingModels]) -> Traffic:
        return self.storage.ask(storage_traffic) + models.ask(model_traffic)

    def _environ(self, models: Remote[CountingModels]) -> dict[str, str]:
        """Settings for the servers."""
        url, key = self.storage.ask(address)
        model_url, model_key = models.ask(address)
        return {
            "LANGASSETS_HOME": str(self.folder),
            "PREDEFINED_LANGUAGES": "en",
            "MAX_DELETE_FRACTION": "1",
            "SUPABASE_URL": url,
            "SUPABASE_SERVICE_ROLE_KEY": key,
            "OPENAI_API_KEY": model_key,
            "OPENAI_BASE_URL": model_url,
        }
