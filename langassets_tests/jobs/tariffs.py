"""The providers' servers and what they charge, by the day."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from langassets_tests.servers.gemini_server import GeminiServer
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.tariff import Books, Tariff

HALF = Decimal("0.5")


def _luna(_model: str, mode: str, at: datetime, _sent: int) -> Tariff:
    """OpenAI's gpt-5.6-luna: a fifth from 30 July 2026 on; batch and flex at half."""
    prices = (
        ("1", "0.1", "1.25", "6")
        if at < datetime(2026, 7, 30, tzinfo=UTC)
        else ("0.2", "0.02", "0.25", "1.2")
    )
    return Tariff(*(Decimal(one) * (1 if mode == "direct" else HALF) for one in prices))


def _flash(_model: str, mode: str, at: datetime, _sent: int) -> Tariff:
    """Gemini's gemini-3.8-flash: twice as much from 2027 on; batch and flex at half, but what was cached."""
    double = 1 if at < datetime(2027, 1, 1, tzinfo=UTC) else 2
    sent, cached, answered = Decimal("0.75"), Decimal("0.075"), Decimal("3.75")
    share = Decimal(1) if mode == "direct" else HALF
    part = HALF if mode == "batch" else Decimal(1)
    return Tariff(
        sent * double * share, cached * double * part, sent * double * share, answered * double * share
    )


@dataclass
class Side:
    """A provider: its server, its tariff, and a day whose next sixty hold a change of its prices."""

    name: str
    start: datetime
    environ: dict[str, str]
    server: Any

    def settings(self, server: Any, home: Path) -> dict[str, str]:
        """The environment of an installation that asks it."""
        return {"LANGASSETS_HOME": str(home), "TRANSLATION_MODE": "auto", **self.environ} | {
            name: value.format(url=server.url, key=server.key) for name, value in self.environ.items()
        }


SIDES = {
    "openai": Side(
        "openai",
        datetime(2026, 7, 10, 3, tzinfo=UTC),
        {"OPENAI_API_KEY": "{key}", "OPENAI_BASE_URL": "{url}", "OPENAI_MODEL": "gpt-5.6-luna"},
        lambda **options: OpenAIServer(books=Books(_luna), **options),
    ),
    "gemini": Side(
        "gemini",
        datetime(2026, 12, 10, 3, tzinfo=UTC),
        {"GEMINI_API_KEY": "{key}", "GEMINI_API_ENDPOINT": "{url}", "GEMINI_MODEL": "gemini-3.8-flash"},
        lambda **options: GeminiServer(books=Books(_flash), **options),
    ),
}
