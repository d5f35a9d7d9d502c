"""`langassets migrate`: both databases at this version, as one step before anything starts."""

from pathlib import Path
from typing import Annotated

import typer

from langassets.cli.servers.dagster_home import use_dagster_home
from langassets.cli.servers.instance import open_instance, taken_over, unusable_instance
from langassets.cli.terminal.messages import as_called
from langassets.database.connection import writing
from langassets.database.names import language_keys
from langassets.database.names.installation import Deployment
from langassets.defs.runs.ownership import claim, take_over
from langassets.services import Services, services_in_force

TakeOver = Annotated[
    bool,
    typer.Option(
        "--take-over",
        help="Make a Dagster instance that belongs to another deployment (another database or bucket) this "
        "one's, which replaces that one for good.",
    ),
]


def migrate(take_over: TakeOver = False) -> None:
    """Bring both databases to this version.

    That of the lessons and Dagster's. The first happens at every start too; the second is for after an
    upgrade of Dagster, before anything of the new version starts.

    Example: langassets migrate
    """
    services = services_in_force()
    data = services.data
    with writing(data) as connection:
        earlier = language_keys.recorded(connection)
        keys = language_keys.record(connection, services.clock(), services.settings.predefined_languages)
        settled = {tag: key for tag, key in keys.settled.items() if earlier.get(tag) != key}
    data.dispose()
    print(f"The lessons' database ({data.dialect.name}: {data.url.database}) is at this version.", flush=True)
    for sentence in language_keys.told(settled, keys):
        print(as_called(sentence), flush=True)
    kept_in, before = _upgrade_dagster(use_dagster_home(), services, replace=take_over)
    print(f"Dagster's database ({kept_in}) is at this version.")
    if before:
        print(taken_over(before, services.deployment))


def _upgrade_dagster(home: Path, services: Services, *, replace: bool) -> tuple[str, Deployment | None]:
    """Make or upgrade the tables of the instance whose settings lie in `home`; where they are kept, and whose
    it was before where it was taken over."""
    with open_instance(home) as instance:
        if not replace:
            claim(instance, services)
        try:
            instance.upgrade()
        except Exception as error:  # noqa: BLE001 (Dagster has many; what lies at its bottom says what is wrong)
            raise unusable_instance(home, error) from None
        before = take_over(instance, services) if replace else None
        return type(instance.event_log_storage).__name__.removesuffix("EventLogStorage"), before
