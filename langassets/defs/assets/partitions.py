"""One partition a frequent language, under the code that it is kept under."""

from collections.abc import Iterable
from contextlib import suppress

import dagster as dg
from sqlalchemy.exc import IntegrityError

from langassets.locales import is_language_code
from langassets.settings.dagster import Names


def follow(instance: dg.DagsterInstance, frequent: Iterable[str], name: str = Names().partitions) -> None:
    """Make the partitions of this name those of the frequent languages: new ones appear, demoted ones go.

    What was materialized for a language that went stays in the history, and Dagster takes it for made when it
    comes back: `AutomationCondition.on_missing()` passes it over, `eager()` follows the new tier.
    """
    # Dagster takes any text for a key, also the dots of a range, a line break, and nothing at all.
    there, wanted = set(instance.get_dynamic_partitions(name)), set(filter(is_language_code, frequent))
    with suppress(IntegrityError):  # several runs of one preload start at once: another was faster
        instance.add_dynamic_partitions(name, sorted(wanted - there))
    for language in sorted(there - wanted):
        instance.delete_dynamic_partition(name, language)
