"""What every job works with: settings, the database, storage, and a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from langassets import database, storage, translation
from langassets.errors import SettingsError
from langassets.locales import tag_of
from langassets.settings import Settings, load_settings
from langassets.translation.markdown.anchors.slugs import Slugs

if TYPE_CHECKING:
    import sqlalchemy as sa

    from langassets.database.names.installation import Deployment
    from langassets.database.records.bill import DatabaseBill, Spending
    from langassets.database.translations.memory import DatabaseMemory
    from langassets.database.translations.refusals import DatabaseRefusals
    from langassets.storage.store import ContentStore
    from langassets.translation.cost.prices import Prices
    from langassets.translation.cost.usage import Totals
    from langassets.translation.engine.engine import Engine
    from langassets.translation.glossary import Glossary
    from langassets.translation.object_recipe import ObjectRecipe
    from langassets.translation.recipes import Recipes

_Number = TypeVar("_Number", int, Decimal)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Services:
    """Everything outside, opened when it is first needed."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self.attended = False
        """Whether a person waits: what cannot be reached is then said at once, not tried for minutes."""
        self.progress: Callable[[str, int, int], None] = lambda _label, _done, _total: None
        """Told now and then how far a job has come: what it is, how much is done, how much there is."""
        self.translating: Callable[[Totals], None] = lambda _: None
        """Told often how far the engine has come, and what it has cost."""

    @cached_property
    def data(self) -> sa.Engine:
        """The database, migrated to this version."""
        if not self.settings.database_url:
            self._make_home()
        engine = database.connection.engine_of(
            self.settings.database_url,
            self.settings.langassets_home,
            patience=4 if self.attended else 15,
        )
        database.migrate.migrate(engine)
        return engine

    @cached_property
    def deployment(self) -> Deployment:
        """Which database and which bucket these are, told from every other; it opens the database."""
        with database.connection.reading(self.data) as connection:
            names = database.names.installation
            return names.deployment_of(names.installation_id(connection), *self.places)

    @property
    def places(self) -> tuple[str, str]:
        """Where database and bucket are, for people; nothing is opened for it."""
        url = database.connection.engine_of(self.settings.database_url, self.settings.langassets_home).url
        bucket = self.store().location
        if not self.settings.supabase_url:
            bucket = str(Path(bucket).resolve())  # one folder, by whichever link it is reached
        return database.names.installation.named(url), bucket

    def store(self) -> ContentStore:
        """Storage; open it with `async with`, once for each event loop."""
        return storage.opening.open_store(self.settings, first_answer_within=8.0 if self.attended else None)

    @cached_property
    def memory(self) -> DatabaseMemory:
        return database.translations.memory.DatabaseMemory(self.data)

    @cached_property
    def refusals(self) -> DatabaseRefusals:
        """What models were asked for in vain."""
        settings = self.settings
        return database.translations.refusals.DatabaseRefusals(
            self.data, settings.refused_again_after_days, settings.refused_at_most_days, self.clock
        )

    @cached_property
    def glossary(self) -> Glossary:
        """The glossary; raises `InputError` with the line where its file is malformed."""
        return translation.glossary.load_glossary(self.settings.glossary_file)

    @cached_property
    def recipes(self) -> Recipes:
        """By what translations are made today."""
        return translation.recipes.Recipes.of(
            translation.providers.opening.open_providers(self.settings),
            self.glossary,
            ignores_model=self.settings.memory_ignores_model,
        )

    @property
    def slugs(self) -> Slugs:
        """Those that links to headings go by."""
        return Slugs(self.settings.heading_slugs)

    def recipe(self, language: str) -> ObjectRecipe:
        """The part that today's recipes of all objects of a language (the application's code) share."""
        tag = tag_of(language)
        recipe = self.recipes.of_object(tag, self.memory.approved_state(tag))
        return recipe._replace(mended=translation.documents.mendings.mended_today(self.slugs))

    @cached_property
    def prices(self) -> Prices:
        """What models cost; raises `SettingsError` where MODEL_PRICES is malformed."""
        return translation.cost.prices.parse_prices(self.settings.model_prices, self.clock)

    def bill(self, run_id: str, asset: str = "preloaded_translations") -> DatabaseBill:
        """The bill of a run of the preload, the only asset that asks models, or of what else does."""
        return database.records.bill.DatabaseBill(
            self.data, run_id, asset, self.clock, self.settings.max_cost_per_month
        )

    @asynccontextmanager
    async def engine(
        self, spent: Spending | None = None, *, only_memory: bool = False, retrying: bool = False
    ) -> AsyncIterator[Engine]:
        """A translation engine for one run, on the event loop that it is opened on; what the run has `spent`
        already counts towards its limits. With `only_memory` it asks no model; `retrying` says that the run
        is tried again."""
        settings, spent = self.settings, spent or database.records.bill.NOTHING_SPENT
        requests_left = _left(settings.max_requests_per_run, spent.requests)
        engine = translation.engine.engine.Engine(
            translation.providers.opening.open_providers(settings),
            self.memory,
            refusals=replace(self.refusals, retrying=retrying),
            max_doubtful_share=settings.max_doubtful_share,
            glossary=self.glossary,
            ignores_model=settings.memory_ignores_model,
            prices=self.prices,
            max_cost=_left(settings.max_cost_per_run, spent.cost),
            max_requests=0 if only_memory else requests_left,
            bill=spent.bill,
            concurrency=settings.translation_concurrency,
            timeout=settings.translation_timeout,
            on_progress=lambda totals: self.translating(totals),
        )
        try:
            yield engine
        finally:
            await engine.close()

    def _make_home(self) -> None:
        try:
            self.settings.langassets_home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"LANGASSETS_HOME names {self.settings.langassets_home}, which cannot be made "
                f"({error.strerror}): name a folder that may be written to."
            ) from None


def services_in_force() -> Services:
    """By the settings in force; raises `SettingsError` where one is wrong."""
    return Services(load_settings())


def _left(limit: _Number | None, spent: _Number) -> _Number | None:
    return None if limit is None else max(limit - spent, type(limit)(0))
