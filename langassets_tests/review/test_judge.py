"""A judge of translations: real HTTP to a server that answers what each test wants, over a real database."""

import asyncio
import csv
import json
import logging
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.schema import judgements, model_requests
from langassets.errors import SettingsError
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.judging import BILLED_AS, JudgeReport, judge
from langassets.services import Services
from langassets.settings import Settings, load_settings
from langassets.translation.providers.openai import request
from langassets.translation.providers.opening import open_judge
from langassets.translation.types import Batch, Finish
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.jobs.lessons import request as asked_for
from langassets_tests.project import Project
from langassets_tests.review.test_review import RECIPES, remember
from langassets_tests.servers.gemini_server import GeminiServer
from langassets_tests.servers.model_replies import Asked, Behaviour, Fault, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.translator import translate

LAKE, POND, FEN = "A lake lies in the hills.", "A pond lies in the woods.", "A fen lies by the coast."
WRONG = "critical mistranslation: a river, not a lake"


class Judge:
    """A server whose model says of each source text what it is told to, and `none` of all others."""

    def __init__(self, said: Mapping[str, str]) -> None:
        self.said = said

    def __call__(self, asked: Asked, reply: Reply) -> Reply | Fault:
        return Reply([(number, self.said.get(text, "none")) for number, text in asked.texts.items()])


def services(engine: sa.Engine, server: OpenAIServer, **settings: object) -> Services:
    names: dict[str, object] = {
        "openai_api_key": server.key,
        "openai_base_url": server.url,
        "quality_judge_model": "wise-1",
        "model_prices": "wise-1=1/2",
    }
    made = Services(Settings.model_validate(names | settings))
    made.data = engine
    return made


def judged(engine: sa.Engine, server: OpenAIServer, **settings: object) -> JudgeReport:
    return asyncio.run(judge(services(engine, server, **settings), "he"))


@pytest.fixture
def waiting(engine: sa.Engine) -> sa.Engine:
    """Three translations that wait: the fen is read most, the lake least."""
    for name, text, times in (("Lakes", LAKE, 1), ("Ponds", POND, 5), ("Fens", FEN, 9)):
        asked_for(engine, "he", add_lesson(engine, name, {"text": {"text": text}}), times)
        remember(engine, {text: translate(text, "he")})
    return engine


def order(engine: sa.Engine) -> list[str]:
    return [unit.segment.text for unit in to_review(engine, RECIPES, "he")]


def rows(engine: sa.Engine, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with reading(engine) as connection:
        return list(connection.execute(sa.select(table)))


def test_what_the_judge_says_orders_the_review_and_is_billed_once(waiting: sa.Engine) -> None:
    assert order(waiting) == [FEN, POND, LAKE]
    with OpenAIServer(behaviour=Judge({LAKE: WRONG, POND: "minor style"})) as server:
        report = judged(waiting, server)
        assert (report.judged, report.with_errors, report.left) == (3, 2, 0)
        assert order(waiting) == [LAKE, POND, FEN]
        first = to_review(waiting, RECIPES, "he")[0]
        assert (first.confidence, first.reasons[0]) == (0.04, f"judge, {WRONG}")
        [billed] = rows(waiting, model_requests)
        assert (billed.asset, billed.model, billed.language, billed.state) == (
            BILLED_AS,
            "wise-1",
            "he",
            "billed",
        )
        assert billed.dollars == report.spent.cost
        assert report.spent.cost
        assert set(json.loads(billed.lessons)) == {"1", "2", "3"}
        # Nothing is paid twice, until the judge or a translation is another.
        assert judged(waiting, server).judged == 0
        assert len(server.requests) == 1
        remember(waiting, {LAKE: translate(LAKE, "he") + "!"})
        assert (judged(waiting, server).judged, len(server.requests)) == (1, 2)
        assert judged(waiting, server, quality_judge_model="wise-2", model_prices="wise-2=1/2").judged == 3
        assert len(rows(waiting, judgements)) == 4


def test_the_judge_is_shown_source_and_translation_as_data(waiting: sa.Engine) -> None:
    with OpenAIServer(behaviour=Judge({})) as server:
        judged(waiting, server)
        [asked] = server.requests
    assert list(asked.texts.values()) == [FEN, POND, LAKE]
    assert asked.payload["translations"] == {
        str(number): translate(text, "he") for number, text in asked.texts.items()
    }
    assert "Judge translations" in asked.system
    assert "Translate lessons" not in asked.system


def test_money_ends_with_the_most_read_judged(engine: sa.Engine) -> None:
    texts = [f"Lake {'abcdefgh'[number % 8] * 3} of {number} lies in the hills." for number in range(60)]
    for number, text in enumerate(texts):
        asked_for(engine, "he", add_lesson(engine, f"Lake {number}", {"text": {"text": text}}), number + 1)
        remember(engine, {text: translate(text, "he")})
    with OpenAIServer(behaviour=Judge({}), reasoning=4000) as server:
        report = judged(engine, server, quality_judge_max_cost=Decimal("0.02"))
        assert server.sent == texts[:39:-1]
    assert report.left
    assert report.judged == len(server.sent)
    assert report.stopped.startswith("QUALITY_JUDGE_MAX_COST is reached")
    assert sum(row.dollars for row in rows(engine, model_requests)) <= Decimal("0.02")


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"max_cost_per_run": Decimal(0)}, "MAX_COST_PER_RUN is reached"),
        ({"max_cost_per_month": Decimal("0.0001")}, "MAX_COST_PER_MONTH is reached"),
        ({"max_requests_per_run": 0}, "MAX_REQUESTS_PER_RUN is reached"),
        ({"quality_judge_max_cost": Decimal(0)}, "QUALITY_JUDGE_MAX_COST is reached"),
        ({"model_prices": None}, "the price of wise-1 is not known: set MODEL_PRICES"),
    ],
)
def test_every_limit_holds_for_the_judge(waiting: sa.Engine, limit: dict[str, object], said: str) -> None:
    with OpenAIServer(behaviour=Judge({})) as server:
        report = judged(waiting, server, **limit)
        assert (report.judged, report.left, server.requests) == (0, 3, [])
    assert said in report.stopped
    assert said in str(report)


def _no_json(_asked: Asked, reply: Reply) -> Reply:
    return Reply([], text="I would rather talk about the weather.")


def _refusal(_asked: Asked, reply: Reply) -> Reply:
    return Reply([], text="", finish=Finish.REFUSED)


@pytest.mark.parametrize("behaviour", [_no_json, _refusal, Judge({LAKE: "bad", POND: "bad", FEN: "7/10"})])
def test_an_answer_of_no_use_costs_a_warning_and_is_not_paid_for_again(
    waiting: sa.Engine, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    before = order(waiting)
    with OpenAIServer(behaviour=behaviour) as server, caplog.at_level(logging.WARNING):
        report = judged(waiting, server)
        assert (report.judged, report.useless, report.left) == (0, 3, 0)
        assert "The judge said nothing of use of 3 translations" in caplog.text
        assert order(waiting) == before
        judged(waiting, server)
        assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [Fault.FILTERED, Fault.BAD_REQUEST, Fault.NO_CREDIT, Fault.HTML])
def test_a_judge_that_refuses_changes_nothing_and_tells_no_secret(
    waiting: sa.Engine, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    before = order(waiting)
    with OpenAIServer(behaviour=lambda _asked, _reply: fault) as server, caplog.at_level(logging.DEBUG):
        report = judged(waiting, server)
        said = f"{report} {caplog.text}"
        assert (report.judged, report.left) == (0, 3)
        assert report.stopped
        assert order(waiting) == before
        assert not rows(waiting, judgements)
        assert server.key not in said
    assert sum(row.dollars for row in rows(waiting, model_requests)) == 0


def test_of_a_cut_answer_what_stands_whole_is_kept(waiting: sa.Engine) -> None:
    def cut(asked: Asked, reply: Reply) -> Reply:
        whole = Judge({LAKE: WRONG})(asked, reply)
        assert isinstance(whole, Reply)
        if asked.number == 1:
            whole.breaks_after, whole.breaks_by = (
                len('{"translations": [{"id": 1, "text": "none"}, '),
                Fault.RESET,
            )
        return whole

    with OpenAIServer(behaviour=cut, piece=5) as server:
        first = judged(waiting, server)
        assert (first.judged, first.left) == (1, 2)
        assert (judged(waiting, server).judged, server.sent) == (2, [FEN, POND, LAKE, POND, LAKE])


def test_gemini_judges_too(waiting: sa.Engine) -> None:
    with GeminiServer(behaviour=Judge({LAKE: WRONG})) as server:
        made = Services(
            Settings.model_validate(
                {
                    "gemini_api_key": server.key,
                    "gemini_api_endpoint": server.url,
                    "quality_judge_model": "gemini-3.5-flash",
                    "memory_ignores_model": True,
                }
            )
        )
        made.data, made.recipes = waiting, RECIPES
        report = asyncio.run(judge(made, "he"))
        assert (report.judged, report.with_errors) == (3, 1)
        assert "Judge translations" in server.requests[0].system
    assert order(waiting) == [LAKE, FEN, POND]


def test_by_the_command_a_file_that_is_there_costs_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path, {"PREDEFINED_LANGUAGES": "he"})
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "lake.md").write_text(f"# The lake\n\n{LAKE}\n\n{POND}\n")
    project.ok("langassets", "import-lessons", "lessons")

    def both(asked: Asked, reply: Reply) -> Reply | Fault:
        return Judge({POND: WRONG})(asked, reply) if asked.model == "wise-1" else reply

    with OpenAIServer(behaviour=both) as server:
        project.environ |= {"OPENAI_API_KEY": server.key, "OPENAI_BASE_URL": server.url}
        project.ok("langassets", "run", "preload")
        (tmp_path / "there.csv").write_text("somebody's")
        judged_by = {"QUALITY_JUDGE_MODEL": "wise-1", "MODEL_PRICES": "wise-1=1/2"}
        asked = len(server.requests)
        project.ok("langassets", "export-review", "he", "--output", "off.csv")
        project.environ |= judged_by
        refused = project.run("langassets", "export-review", "he", "--output", "there.csv")
        assert (refused.returncode, len(server.requests)) == (2, asked)
        said = project.ok("langassets", "export-review", "he")
        assert "3 translations judged for 0.00" in said
        assert "errors in 1" in said
    with (tmp_path / "review-he.csv").open(encoding="utf-8-sig", newline="") as opened:
        first = next(csv.DictReader(opened))
    assert (first["source"], first["confidence"]) == (POND, "0.04")
    assert "quality_judge" in project.ok("langassets", "cost", "--by", "asset")


def test_without_the_setting_nobody_is_asked() -> None:
    assert load_settings({}).quality_judge_model is None
    with pytest.raises(SettingsError, match="QUALITY_JUDGE_MODEL is set: set OPENAI_API_KEY"):
        load_settings({"QUALITY_JUDGE_MODEL": "wise-1"})


def test_the_judge_is_asked_where_its_model_is() -> None:
    both = {"openai_api_key": "a", "gemini_api_key": "b"}
    for model, keys, expected in (
        ("gemini-3-pro", both, "gemini"),
        ("gpt-6", both, "openai"),
        ("gpt-6", {"gemini_api_key": "b"}, "gemini"),
        ("gemini-3-pro", {"openai_base_url": "http://127.0.0.1:1/v1"}, "openai"),
    ):
        found = open_judge(Settings.model_validate({**keys, "quality_judge_model": model}))
        assert (found.name, found.model) == (expected, model)


def test_a_request_for_translations_is_what_it_was() -> None:
    batch = Batch("en", "he", (LAKE,))
    body = json.dumps(request("m", batch))
    assert "Translate lessons" in body
    assert "Judge" not in body
