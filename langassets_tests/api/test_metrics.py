"""Metrics: names that are documented, values that are true, and a dashboard that uses just these."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import yaml
from prometheus_client.parser import text_string_to_metric_families

from langassets.database.connection import engine_of, writing
from langassets.database.manifest import ManifestEntry, Origin, confirm
from langassets.database.records.bill import DatabaseBill
from langassets.database.records.model_usage import record_usage
from langassets.translation.cost.bill import Billed, Planned
from langassets.translation.cost.rates import Mode, Rates
from langassets.translation.cost.usage import MEMORY, ModelUsage, Spent
from langassets.translation.types import TokenUsage
from langassets_tests.api.running import served, settings_of

_ROOT = Path(__file__).parents[2]
_NAME = re.compile(r"\blangassets_[a-z_]+\b")


def scraped(client: httpx.Client) -> dict[tuple[str, frozenset[str]], float]:
    """Samples by name and the values of their labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def exported(client: httpx.Client) -> set[str]:
    """The names of all families, as they are queried."""
    names = set[str]()
    for family in text_string_to_metric_families(client.get("/metrics").text):
        names.add(f"{family.name}_total" if family.type == "counter" else family.name)
    return {name for name in names if not name.endswith("_created")}


def test_what_is_exported_is_what_is_documented(api: httpx.Client) -> None:
    api.get("/health")
    table = re.findall(r"^\| (`langassets_.*?) \|", (_ROOT / "docs/api.md").read_text(), re.MULTILINE)
    assert {name for cell in table for name in _NAME.findall(cell)} == exported(api)


def test_dashboard_and_alerts_use_these_names_and_all_of_them(api: httpx.Client) -> None:
    api.get("/health")
    dashboard = json.loads((_ROOT / "deploy/grafana/dashboard.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    alerts = yaml.safe_load((_ROOT / "deploy/grafana/alerts.yaml").read_text())
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    names = {name.removesuffix("_bucket") for text in shown for name in _NAME.findall(text)}
    alerted = {name for rule in rules for name in _NAME.findall(rule["expr"])}
    # When it last failed is for alerts: a panel of it says nothing that the runs do not.
    assert names == exported(api) - {"langassets_job_last_failure_timestamp_seconds"}
    assert alerted <= exported(api)
    assert all({"summary", "description"} <= rule["annotations"].keys() for rule in rules)
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in dashboard["panels"]]
    assert len(set(places)) == len(places)


def test_labels_keep_their_names_when_they_are_scraped(api: httpx.Client) -> None:
    """Prometheus gives each sample the labels job and instance, and renames its own of that name unless
    it is told to honour them."""
    families = text_string_to_metric_families(api.get("/metrics").text)
    own = {label for family in families for sample in family.samples for label in sample.labels}
    page = re.findall(
        r"^\| `langassets_.*?\| ([a-z, ]*) \|", (_ROOT / "docs/api.md").read_text(), re.MULTILINE
    )
    own |= {label for cell in page for label in cell.split(", ")}
    assert own & {"job", "instance"} == {"job"}
    [scrape] = yaml.safe_load((_ROOT / "deploy/grafana/scrape.yaml").read_text())["scrape_configs"]
    assert scrape["honor_labels"] is True


def test_values_are_those_of_the_database(home: Path) -> None:
    engine = engine_of(None, home)
    spent = Spent(requests=5, segments=40, rejected=2, refused=1, failed=1, retries=2, seconds=7.5)
    rows = [
        ModelUsage("he", "openai", "gpt", spent),
        ModelUsage("he", MEMORY, "", Spent(segments=60)),
    ]
    for run in ("one", "two"):
        record_usage(engine, run, rows, datetime.now(UTC))
        bill = DatabaseBill(engine, run, "preloaded_translations", lambda: datetime.now(UTC))
        sent = Planned(run, "he", "openai", "gpt", Mode.DIRECT, datetime.now(UTC), Decimal("0.2"))
        bill.reserve([sent, replace(sent, id=f"{run}, killed")])
        rates = Rates(Decimal(150), Decimal(250), Decimal(150), Decimal(150))
        bill.settle([Billed(run, TokenUsage(1000, 400, cached_tokens=250), rates)])
    with writing(engine) as connection:
        confirm(
            connection,
            [
                _entry("he/lessons/1/text.json", 100),
                _entry("he/lessons/2/text.json", 50),
                _entry("archive/he/lessons/3/text.20260101T000000000000Z.json", 7),
            ],
        )
    engine.dispose()
    with served(settings_of(home)) as api:
        found = scraped(api)

    def value(name: str, *labels: str) -> float:
        return found[f"langassets_{name}", frozenset(labels)]

    assert value("up", "database") == 1
    assert value("up", "dagster") == 0
    assert value("segments_total", "he", "memory") == 120
    assert value("segments_total", "he", "model") == 80
    model = ("he", "openai", "gpt")
    assert value("model_requests_total", *model) == 10
    assert value("model_input_tokens_total", *model) == 2000
    assert value("model_output_tokens_total", *model) == 800
    assert value("model_cached_tokens_total", *model) == 500
    assert value("model_cache_hit_ratio", "openai", "gpt") == 0.25
    assert value("model_cost_dollars_total", *model) == 0.5
    assert value("model_open_dollars", *model) == 0.4
    assert value("model_refused_requests_total", *model) == 2
    assert value("model_rejected_segments_total", *model) == 4
    assert value("objects", "he", "translated") == 2
    assert value("object_bytes", "he", "translated") == 150
    assert value("objects", "he", "archived") == 1


def _entry(key: str, size: int) -> ManifestEntry:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    return ManifestEntry(key, "he", "1", "text", "hash", "recipe", "etag", size, Origin.TRANSLATED, at)
