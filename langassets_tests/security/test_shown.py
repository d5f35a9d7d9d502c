"""Names and messages from anywhere are shown as text: in pictures, tables, and alerts."""

from datetime import UTC, datetime

import dagster as dg
import pytest
from markdown_it import MarkdownIt

from langassets.alerts import delivery
from langassets.alerts.outbox import Alert
from langassets.database.usage.statistics import UsageSnapshot
from langassets.defs.assets.language_usage_stats import usage_frame, usage_metadata
from langassets.jobs.evaluation.evaluate import UsageReading
from langassets_tests.servers.receiver import receiving

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NAMES = [
    "<script>alert(1)</script>",
    "![x](http://evil.example/x.png)",
    "](javascript:alert(1)) [",
    "$\\frac{1}{$",  # a formula to matplotlib, and a wrong one
    "a\nb\x00\x1b[31m",
    "=HYPERLINK(1)",
    "x" * 5000,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_cell_and_never_markup(name: str) -> None:
    """The picture says it in words, which the page's Markdown must read as one picture and nothing beside."""
    snapshot = UsageSnapshot(NOW, "he", 10, 0, 5.0, None)
    reading = UsageReading(NOW, (snapshot,), {"he": name}, (), 1)
    shown = usage_metadata(reading, usage_frame(reading))
    [_, inline, _] = MarkdownIt().parse(str(shown["shares"].value))
    [picture] = inline.children or []
    assert picture.type == "image"
    assert str(picture.attrs["src"]).startswith("data:image/png;base64,")
    assert picture.content.isprintable()
    assert len(picture.content) < 200
    glance = MarkdownIt("commonmark").enable("table").parse(str(shown["at_a_glance"].value))
    cells = [token for token in glance if token.type == "inline"]
    assert len(cells) == 2 * len(("language", "share", "bar"))
    assert {child.type for cell in cells for child in cell.children or []} == {"text"}
    table = shown["languages"]
    assert isinstance(table, dg.TableMetadataValue)
    assert table.records[0].data["name"] == name


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_an_alert_is_text_whatever_the_channel_takes(form: str) -> None:
    told = "Lesson <script>alert(1)</script> of @everyone <!channel> <@U123> failed\x1b[31m\u202e"
    with receiving() as receiver:
        address = f"{receiver.alerts}?format={form}"
        alert = Alert("k", "run_failed", told, told, "http://127.0.0.1:3000/runs/1")
        assert delivery.send(alert, [address]) == []
        [body] = receiver.received
    whole = body["title"] + body["message"]
    for call in ("@everyone", "<!channel>", "<@U123>", "\x1b", "\u202e"):
        assert call not in whole
    if form == "html":
        assert "<script>" not in body["message"]
