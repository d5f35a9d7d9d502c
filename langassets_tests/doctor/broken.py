"""A home that is broken, and what the doctor has to say of it."""

from pathlib import Path

import sqlalchemy as sa

from langassets.database.connection import engine_of, writing
from langassets.jobs.doctor.findings import Finding, Verdict


def change(home: Path, *statements: sa.Executable) -> None:
    """Change the database of a home."""
    engine = engine_of(None, home)
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(statement)
    engine.dispose()


def assert_failed(finding: Finding, *words: str, verdict: Verdict = Verdict.FAILED) -> None:
    """It is found, and its text holds these words."""
    assert finding.verdict is verdict, finding
    text = f"{finding.seen} {finding.cure}"
    for word in words:
        assert word in text, text
