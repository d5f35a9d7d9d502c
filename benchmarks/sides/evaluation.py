"""An evaluation over so many rows of usage, or the one query that is its floor: seconds of the processor, the
database's too."""

import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks import worlds
from benchmarks.course import LANGUAGES
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.settings import load_settings
from langassets_tests.servers.postgres import new_database, processes, running_postgres

kind, rows, floor = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
with ExitStack() as stack:
    url = None
    if kind == "postgresql":
        address = stack.enter_context(running_postgres())
        url = stack.enter_context(new_database(address))
    data = worlds.migrated(url, Path())
    worlds.add_counters(data, LANGUAGES[:12], 500_000)
    worlds.add_usage(data, dict.fromkeys(LANGUAGES[:12], 5), rows // (12 * 365))
    query = "SELECT language, day, sum(requests) FROM lesson_usage GROUP BY 1, 2"
    if url:
        query = query.replace("lesson_usage", "langassets.lesson_usage")
        with data.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE langassets.lesson_usage")

    def used() -> float:
        own = time.process_time()
        if not url:
            return own
        server = psutil.Process(processes(address)[0].ppid())
        ended = server.cpu_times()
        alive = [process.cpu_times() for process in server.children()]
        return own + ended.children_user + ended.children_system + sum(one.user + one.system for one in alive)

    now, taken = datetime(2026, 3, 1, tzinfo=UTC), []
    settings = load_settings({"PREDEFINED_LANGUAGES": "en"})
    for day in range(2, 6):
        begun = used()
        if floor:
            with data.connect() as connection:
                connection.exec_driver_sql(query).all()
        else:
            at = now.replace(day=day)
            read_usage(data, 28, at)
            evaluate(data, settings, at, "bench")
        taken.append(used() - begun)
    data.dispose()
print(sorted(taken)[1])
