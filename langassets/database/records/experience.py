"""What runs took of a model beside what a plan would have said of them."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.schema import model_usage as table
from langassets.translation.cost.learning import Corrections, Experience

LATELY = timedelta(days=90)
"""How long runs are learnt from: models, prompts and lessons change."""


def corrections(engine: sa.Engine, model: str, now: datetime) -> Corrections:
    """What was learnt lately of a model; accounts of earlier versions, which held nothing against it, teach
    nothing."""
    tokens = ("likely_input_tokens", "input_tokens", "likely_output_tokens", "output_tokens")
    sums = (sa.func.sum(table.c[name]) for name in ("planned", "requests", *tokens))
    query = (
        sa.select(table.c.language, *sums)
        .where(table.c.model == model, table.c.recorded_at >= now - LATELY, table.c.planned > 0)
        .group_by(table.c.language)
    )
    with reading(engine) as connection:
        return Corrections(
            {language: Experience(*map(int, sums)) for language, *sums in connection.execute(query)}
        )
