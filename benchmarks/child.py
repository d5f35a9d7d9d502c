"""One measurement: a piece of work in a process that did nothing else, and what it took.

    python -m benchmarks.child works.preload '{"languages": ["en"]}'

The last line of its output is JSON. Libraries are loaded before the clock starts, but for the definitions.
"""

import importlib
import json
import sys
import time
from typing import Any

from langassets.jobs.resource_usage import peak_memory

_LOADED_BEFORE = {
    "works": (
        *("supabase", "openai", "psycopg2", "langcodes"),
        *("langassets.services", "langassets.jobs.preload.job"),
    ),
    "loops": ("supabase", "openai", "psycopg2"),
    "floors": ("httpx", "psycopg2"),
}


def main() -> None:
    """Do the work named on the command line."""
    name, given = sys.argv[1], json.loads(sys.argv[2])
    module, _, function = name.partition(".")
    if function != "definitions":
        for library in _LOADED_BEFORE[module]:
            importlib.import_module(library)
    work = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    statements = [0] if function == "definitions" else _count_statements()
    begun, cpu_begun = time.perf_counter(), time.process_time()
    units = work(**given)
    taken = {
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": time.process_time() - cpu_begun,
        "peak_memory": peak_memory(),
        "statements": statements[0],
        "units": units,
    }
    print(json.dumps(taken))


def _count_statements() -> list[int]:
    """Counts what is sent to PostgreSQL: statements, each page of many rows, each COPY."""
    import psycopg2.extensions
    import sqlalchemy as sa

    counted = [0]

    class Counting(psycopg2.extensions.cursor):
        def execute(self, *given: Any, **named: Any) -> None:
            counted[0] += 1
            super().execute(*given, **named)

        def copy_expert(self, *given: Any, **named: Any) -> None:
            counted[0] += 1
            super().copy_expert(*given, **named)

    @sa.event.listens_for(sa.Engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        if isinstance(connection, psycopg2.extensions.connection):
            connection.cursor_factory = Counting

    return counted


if __name__ == "__main__":
    main()
