"""Names and messages from anywhere are shown as text: in pictures, tables, and alerts."""

import base64
from datetime import UTC, datetime
from xml.etree import ElementTree

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
    "</text><script>alert(1)</script>",
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
    parser = MarkdownIt()
    parser.validateLink = lambda _: True  # type: ignore[method-assign,assignment]  # the web UI shows SVG, this parser not
    [_, inline, _] = parser.parse(str(shown["shares"].value))
    [picture] = inline.children or []
    assert picture.type == "image"
    assert str(picture.attrs["src"]).startswith("data:image/svg+xml;base64,")
    drawn = ElementTree.fromstring(base64.b64decode(str(picture.attrs["src"]).partition(",")[2]))
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} == {
        *("svg", "defs", "pattern", "path", "rect", "text", "polyline")
    }
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
