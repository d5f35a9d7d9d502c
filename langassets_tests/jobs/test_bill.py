"""The bill over whole runs, some of them killed: every total of it is the same, and a month has one limit."""

import asyncio
import json
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.batch_mode.job import collect
from langassets.database.connection import reading
from langassets.database.records.bill import month_of, spent_in
from langassets.database.records.bill_totals import By, Totals, named_totals, totals
from langassets.database.schema import model_requests
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.services import Services, utc_now
from langassets.settings import load_settings
from langassets.translation.cost.rates import Mode
from langassets.translation.providers.usage import openai_usage
from langassets.translation.types import TokenUsage
from langassets_tests.api.running import served, settings_of
from langassets_tests.commands import run_command
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.servers.forked import forked
from langassets_tests.servers.model_replies import Asked, Json, Reply
from langassets_tests.servers.openai_server import OpenAIServer

PRICE = "ours=0.37/1.91/0.043"


class Bookkeeper(OpenAIServer):
    """A server that keeps books of its own: the usage that it billed, by the identifier of the request."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.usages: dict[str, Json] = {}
        self._numbers = count(1)
        self._of_thread = threading.local()

    def _limits(self) -> dict[str, str]:
        self._of_thread.id = f"req_{next(self._numbers)}"
        return {**super()._limits(), "x-request-id": self._of_thread.id}

    def completion(self, model: str, prompt: str, reply: Reply, *more: Any, **others: Any) -> Json:
        whole = super().completion(model, prompt, reply, *more, **others)
        usage = whole["usage"]
        usage["prompt_tokens_details"] = {"cached_tokens": usage["prompt_tokens"] // 3}
        usage["completion_tokens_details"] = {"reasoning_tokens": 7}
        self.usages[self._of_thread.id] = usage
        return whole

    def billed(self, services: Services, identifiers: set[str]) -> Decimal:
        """What these requests cost by its books."""
        usages = [openai_usage(self.usages[one]) for one in identifiers]
        costs = [services.prices.cost("ours", usage) for usage in usages]
        return sum((cost for cost in costs if cost is not None), Decimal(0))


@pytest.fixture
def environ(engine: sa.Engine, tmp_path: Path) -> dict[str, str]:
    """For a home with lessons and a database of either kind."""
    for number in range(12):
        body = "\n\n".join(f"Paragraph {n} of lesson {number} says something of its own." for n in range(30))
        add_lesson(engine, f"Lesson {number}", {"text": {"text": f"# Cells\n\nShared by all.\n\n{body}"}})
    place = {"LANGASSETS_HOME": str(tmp_path), "OPENAI_MODEL": "ours", "MODEL_PRICES": PRICE}
    if engine.dialect.name == "sqlite":
        return place
    return {**place, "DATABASE_URL": engine.url.render_as_string(hide_password=False)}


def run(environ: Mapping[str, str], languages: list[str], run_id: str) -> PreloadReport:
    return asyncio.run(preload(Services(load_settings(environ)), languages, run_id=run_id))


def whole(services: Services, by: By) -> Totals:
    with reading(services.data) as connection:
        return sum(named_totals(connection, by).values(), Totals())


def test_every_total_is_the_same_with_runs_killed_in_between(environ: dict[str, str], tmp_path: Path) -> None:
    with Bookkeeper(latency=0.05) as server:
        environ |= {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": server.url}
        for number, requests in enumerate((5, 20)):
            process = forked(run, environ, ["he", "ar"], f"killed {number}")
            while len(server.requests) < requests and process.is_alive():
                time.sleep(0.001)
            process.kill()
            process.join()
        report = run(environ, ["he", "ar"], "whole")
    assert report.complete
    services = Services(load_settings(environ))
    with reading(services.data) as connection:
        rows = connection.execute(sa.select(model_requests)).all()
        [(_, total)] = totals(connection)
        [(_, of_run)] = totals(connection, run_id="whole")
    assert (report.bill.dollars, report.bill.open_dollars) == (of_run.dollars, Decimal(0))

    # The provider's books say the same of every request whose answer came, and know of no request that we do
    # not: what was under way when a process was killed is open, at the most that it can have cost.
    billed = {row.request_id for row in rows if row.state == "billed"}
    assert total.dollars == server.billed(services, billed)
    still_open = [row for row in rows if row.state == "open"]
    assert len(server.usages.keys() - billed) <= len(still_open) <= 2 * 16
    unknown = server.billed(services, server.usages.keys() - billed)
    assert unknown <= total.open_dollars

    for by in By:
        found = whole(services, by)
        assert (found.dollars, found.open_dollars) == (total.dollars, total.open_dollars), by
        assert found.cached_tokens == total.cached_tokens, by
    assert spent_in(services.data, month_of(utc_now())) == total.dollars + total.open_dollars
    with reading(services.data) as connection:
        assert len(named_totals(connection, By.LESSON)) == 12

    words = ["cost", "--by", "lesson", "--since", "2026-01-01", "--json"]
    said = run_command(words, tmp_path, {**os.environ, **environ}, 170)
    assert said.returncode == 0, said.stderr
    shown = json.loads(said.stdout)
    assert Decimal(shown["total"]["dollars"]) == total.dollars
    assert sum(Decimal(row["dollars"]) for row in shown["rows"]) == total.dollars
    given = {"database_url": environ["DATABASE_URL"]} if "DATABASE_URL" in environ else {}
    with served(settings_of(tmp_path, **given)) as api:
        text = api.get("/metrics").text
    for name, dollars in (("cost_dollars_total", total.dollars), ("open_dollars", total.open_dollars)):
        samples = re.findall(rf"^langassets_model_{name}\{{.*\}} (\S+)$", text, re.MULTILINE)
        assert sum(map(float, samples)) == pytest.approx(float(dollars), abs=1e-9), name


def test_two_processes_and_a_retry_share_the_limit_of_a_month(environ: dict[str, str]) -> None:
    languages, both = set[str](), threading.Event()

    def when_both_ask(asked: Asked, reply: Reply) -> Reply:
        # Else one process may have spent the limit, or hold all of it back, before the other has begun.
        languages.add(asked.target_language)
        if len(languages) == 2:
            both.set()
        both.wait(60)
        return reply

    with Bookkeeper(latency=0.05, behaviour=when_both_ask) as server:
        environ |= {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "MAX_COST_PER_MONTH": "0.035",
            "TRANSLATION_CONCURRENCY": "1",
        }
        processes = [forked(run, environ, ["he"], "one"), forked(run, environ, ["ar"], "two")]
        for process in processes:
            process.join()
        report = run(environ, ["he", "ar"], "one")
        services = Services(load_settings(environ))
        assert report.stopped is not None
        assert "MAX_COST_PER_MONTH is reached" in report.stopped
    spent = spent_in(services.data, month_of(utc_now()))
    assert Decimal("0.01") < spent <= Decimal("0.035")
    assert server.billed(services, set(server.usages)) <= Decimal("0.035")
    with reading(services.data) as connection:
        assert {run for (run,), _ in totals(connection, model_requests.c.run_id)} >= {"one", "two"}


def test_a_batch_is_on_the_bill_from_before_it_is_handed_in(environ: dict[str, str]) -> None:
    with OpenAIServer() as server:
        environ |= {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "TRANSLATION_MODE": "batch",
        }
        services = Services(load_settings(environ))
        server.batches.seconds = 3600
        asyncio.run(preload(services, ["he", "ar"], run_id="handed in", deferred=True))
        reserved = whole(services, By.MODE)
        with reading(services.data) as connection:
            [((mode,), of_run)] = totals(connection, model_requests.c.mode, run_id="handed in")
            wanted = len(named_totals(connection, By.LESSON))
        assert (mode, of_run, wanted) == ("batch", reserved, 12)
        assert reserved.dollars == 0
        assert reserved.open_dollars > 0
        assert [one.over for one in asyncio.run(collect(services))] == [False]
        assert whole(services, By.DAY) == reserved
        server.batches.seconds = 0
        server.batches.answered = 3
        [collected] = asyncio.run(collect(services))
    assert collected.unanswered > 0
    found = whole(services, By.LANGUAGE)
    with reading(services.data) as connection:
        rows = connection.execute(sa.select(model_requests)).all()
    assert Counter(row.state for row in rows) == {"billed": 3, "free": len(rows) - 3}
    assert found.open_dollars == 0
    usage = [TokenUsage(row.input_tokens, row.output_tokens) for row in rows if row.state == "billed"]
    half = [services.prices.cost("ours", one, Mode.BATCH) for one in usage]
    assert found.dollars == sum(cost for cost in half if cost is not None) > 0
    assert {row.output_price for row in rows if row.state == "billed"} == {Decimal("0.955")}
    assert spent_in(services.data, month_of(utc_now())) == found.dollars


@pytest.mark.parametrize("rejected", [None, "the file is malformed"])
def test_a_batch_takes_no_more_than_the_month_has_room_for(
    environ: dict[str, str], rejected: str | None
) -> None:
    with OpenAIServer() as server:
        environ |= {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "TRANSLATION_MODE": "batch",
            "MAX_COST_PER_MONTH": "0.03",
        }
        services = Services(load_settings(environ))
        server.batches.rejected = rejected
        report = asyncio.run(preload(services, ["he", "ar"], run_id="handed in", deferred=True))
        handed_in, month = report.handed_in, month_of(utc_now())
        assert handed_in is not None
        assert "MAX_COST_PER_MONTH is reached" in str(handed_in.stopped)
        assert handed_in.cost == spent_in(services.data, month)
        assert Decimal("0.01") < handed_in.cost <= Decimal("0.03")
        with reading(services.data) as connection:
            assert len(totals(connection, model_requests.c.id)) == handed_in.requests
        asyncio.run(collect(services))
    assert (spent_in(services.data, month) == 0) is (rejected is not None)
