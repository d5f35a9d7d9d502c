"""`AUTOMATION=declarative`: what starts an asset, as conditions on what it is made from, and the sensor that
looks at them.

None of the conditions holds on to anything: what one look of the daemon requests, the next does not request
again, and what happens beside a run that is under way is requested beside it. The pool lets one in after the
other.
"""

from typing import Any

import dagster as dg

from langassets.defs.automation.declared import DESCRIPTIONS
from langassets.jobs.dagster.queries import ASSET_NAMES
from langassets.settings import Settings
from langassets.settings.dagster import Names

_EVERY_HOUR = "0 * * * *"


def condition_of(asset: str, settings: Settings) -> dg.AutomationCondition[Any] | None:
    """The condition of an asset; None where nothing but a schedule, a sensor or a person starts it."""
    if not (settings.is_declarative and settings.enable_background_jobs):
        return None
    condition = dg.AutomationCondition
    conditions: dict[str, dg.AutomationCondition[Any]] = {
        # Nobody tells of lessons that are written into the application's tables: they are looked at.
        "lessons": condition.cron_tick_passed(_EVERY_HOUR, settings.jobs_timezone),
        # Each new tier, also one that says the same as the last: what it leaves out has grown older.
        "cleaned_storage_state": condition.any_deps_updated(),
        # Other lessons, or other languages: a preload observes the lessons itself, and must not start another
        # by that. A language that comes back counts as made in Dagster; the tier that it comes with has
        # another version.
        "preloaded_translations": condition.any_deps_match(condition.data_version_changed()),
    }
    return conditions.get(asset)


def declarative_automation(names: Names) -> dg.SensorDefinition:
    """The sensor by which Dagster's daemon looks at the conditions of the assets, of one pipeline alone.
    Dagster's default one, which would look at them where this were not, is switched off until somebody
    switches it on, and may be the host's."""
    name = "declarative_automation"
    return dg.AutomationConditionSensorDefinition(
        names.own(name),
        target=[dg.AssetKey(names.key(asset)) for asset in ASSET_NAMES],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=DESCRIPTIONS[name],
    )
