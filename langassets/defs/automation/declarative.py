"""The sensor `declarative_automation`, by which Dagster's daemon looks at the conditions of the assets."""

import dagster as dg

from langassets.jobs.dagster.queries import ASSET_NAMES
from langassets.settings.dagster import Names


def declarative_automation(names: Names) -> dg.SensorDefinition:
    """The sensor, for the assets of one pipeline alone. Dagster's default one, which would look at them where
    this were not, is switched off until somebody switches it on, and may be the host's."""
    return dg.AutomationConditionSensorDefinition(
        names.own("declarative_automation"),
        target=[dg.AssetKey(names.key(asset)) for asset in ASSET_NAMES],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Observes the lessons each hour. A new tier is followed by a cleanup; other lessons or "
        "other frequent languages are followed by a preload of every language.",
    )
