"""The declarations of the assets: what Dagster knows of them without running them.

Each hands on to the function of its own file, which is loaded when it runs. They are made for one pipeline:
its settings say what they are called, and its resource, which they require, notes whose run it is.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from langassets.defs import assets
from langassets.defs.assets.attributes import attributes
from langassets.defs.checks import MEMORY, OF_PRELOAD, spec_of
from langassets.services import Services


class UsageConfig(dg.Config):
    """What a run may be told."""

    accept_reset: bool = False
    """Take counters that are lower than they were, or gone, as meant."""


class CleanupConfig(dg.Config):
    """What a run may be told."""

    confirm_large_cleanup: bool = False
    """Carry the plan out even where it removes more than `MAX_DELETE_FRACTION`."""


class PreloadConfig(dg.Config):
    """What a run may be told."""

    translation_mode: str = ""
    """`direct`, `batch` or `auto`; empty: as `TRANSLATION_MODE` says."""

    languages: list[str] = Field(default_factory=list)
    """Of the frequent languages those that this run sees to, by any of their codes; empty: all."""


def assets_of(services: Services) -> list[dg.AssetsDefinition]:
    """The assets of one pipeline."""
    with warnings.catch_warnings():
        # Beta, and used on purpose: one run for many partitions since 1.8, links to the code since 1.7, and
        # what is observed, so that 'Materialize all' leaves it alone.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return [
            *_materialized(services),
            _observed("lessons", services, lambda: assets.lessons.lessons),
            _observed(
                "tier_policy_backtest", services, lambda: assets.tier_policy_backtest.tier_policy_backtest
            ),
        ]


def _materialized(services: Services) -> Iterator[dg.AssetsDefinition]:
    names = services.settings.names

    def asset(name: str, **more: Any) -> Callable[[Callable[..., object]], dg.AssetsDefinition]:
        """Dagster's decorator, for what hands on to the function of this name."""
        given = attributes(name, services.settings) | more
        made: Callable[[Callable[..., object]], dg.AssetsDefinition] = dg.asset(
            required_resource_keys={names.resource}, **given
        )
        return made

    @asset("language_usage_stats")
    def usage(context: dg.AssetExecutionContext, config: UsageConfig) -> dg.MaterializeResult[Any]:
        return assets.language_usage_stats.language_usage_stats(
            context, services, accept_reset=config.accept_reset
        )

    @asset("frequent_language_tier")
    def tier(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        return assets.frequent_language_tier.frequent_language_tier(context, services)

    @asset("cleaned_storage_state", check_specs=[spec_of(MEMORY, names)], pool=names.pool)
    def cleanup(
        context: dg.AssetExecutionContext, config: CleanupConfig
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
        yield from assets.cleaned_storage_state.cleaned_storage_state(
            context, services, confirmed=config.confirm_large_cleanup
        )

    @asset(
        "preloaded_translations",
        partitions_def=dg.DynamicPartitionsDefinition(name=names.partitions),
        backfill_policy=dg.BackfillPolicy.single_run(),
        # What is recorded is each language that is complete, by events of our own: one that failed is not.
        output_required=False,
        check_specs=[spec_of(name, names) for name in OF_PRELOAD],
        pool=names.pool,
    )
    def preload(context: dg.AssetExecutionContext, config: PreloadConfig) -> Iterator[dg.AssetCheckResult]:
        yield from assets.preloaded_translations.preloaded_translations(
            context, services, config.languages, config.translation_mode
        )

    yield from (usage, tier, cleanup, preload)


def _observed(
    name: str, services: Services, body: Callable[[], Callable[..., dg.ObserveResult]]
) -> dg.AssetsDefinition:
    """Never late, and not materialized: 'Materialize all' leaves it out, for it makes nothing."""
    names = services.settings.names

    @dg.multi_observable_source_asset(  # type: ignore[untyped-decorator]
        specs=[dg.AssetSpec(**attributes(name, services.settings))],
        name=names.op(name),
        required_resource_keys={names.resource},
    )
    def declared(context: dg.AssetExecutionContext) -> dg.ObserveResult:
        return body()(context, services)

    return declared  # type: ignore[no-any-return]
