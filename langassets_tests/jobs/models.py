"""Services whose model is in this process, and told what to answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from langassets.database.records.bill import NOTHING_SPENT, Spending
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.engine.engine import Engine
from langassets.translation.recipes import Recipes
from langassets_tests.jobs.lessons import NOW
from langassets_tests.translation.engines import VirtualTime
from langassets_tests.translation.scripted import ScriptedProvider


class ModelServices(Services):
    """Settings, the database `data`, a folder below `home`, and `model`."""

    def __init__(self, data: sa.Engine, home: Path, model: ScriptedProvider, **environ: str) -> None:
        ticks = count()  # no two objects are archived at the same moment
        super().__init__(
            load_settings({"LANGASSETS_HOME": str(home)} | environ),
            lambda: NOW + timedelta(seconds=next(ticks)),
        )
        self.model = model
        self.__dict__["data"] = data
        self.__dict__["recipes"] = Recipes.of([model], self.glossary)

    @asynccontextmanager
    async def engine(
        self, spent: Spending | None = None, *, only_memory: bool = False, retrying: bool = False
    ) -> AsyncIterator[Engine]:
        """An engine in virtual time."""
        yield Engine(
            [self.model],
            self.memory,
            refusals=self.refusals,
            max_doubtful_share=self.settings.max_doubtful_share,
            timing=VirtualTime().timing(),
            bill=(spent or NOTHING_SPENT).bill,
        )
