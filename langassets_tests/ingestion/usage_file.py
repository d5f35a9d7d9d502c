"""A CSV of usage, and what of it is in the database."""

from pathlib import Path

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.usage.lesson_usage import (
    total_requests,
)


def csv_file(tmp_path: Path, content: str | bytes, name: str = "usage.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def totals(engine: sa.Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return total_requests(connection)
