"""Whose a Dagster instance is, and whose each run: one deployment, which is one database and one bucket.

An instance belongs to the deployment that used it first. That is noted in Dagster's own storage, with the
names of both for people. Another one that comes upon it gets an error, and touches nothing; each run is
tagged as well, since an instance that was taken over still has the runs of the one before.
"""

import json
from dataclasses import asdict, dataclass, replace

import dagster as dg

from langassets.database.names.installation import Deployment
from langassets.errors import DatabaseBusyError, DatabaseError, SettingsError
from langassets.jobs.dagster.queries import ASSET_JOB, ASSET_NAMES, ASSETS, DEPLOYMENT_TAG
from langassets.services import Services
from langassets.settings.dagster import Names


@dataclass(frozen=True, slots=True)
class Claim:
    """A Dagster instance as one pipeline of this deployment has it, and which runs there are whose."""

    instance: dg.DagsterInstance
    ours: Deployment
    names: Names

    @property
    def tag(self) -> dict[str, str]:
        """What a run carries that is this deployment's; nothing where that is not known yet."""
        return {DEPLOYMENT_TAG: self.ours.tag} if self.ours.tag else {}

    def is_foreign(self, run: dg.DagsterRun) -> bool:
        """Whether a run is another deployment's. One without a tag has not begun yet, or is of before there
        were tags: that may be this one's."""
        return run.tags.get(DEPLOYMENT_TAG, self.ours.tag) != self.ours.tag

    def is_own(self, run: dg.DagsterRun | None) -> bool:
        """Whether a run is known to be this deployment's."""
        return run is not None and run.tags.get(DEPLOYMENT_TAG) == self.ours.tag

    def is_of(self, run: dg.DagsterRun) -> bool:
        """Whether a run is this pipeline's whole: of one of its jobs, or of its assets alone, by Dagster's.
        A job of others that makes its assets too is theirs, and left to them."""
        if self.is_foreign(run):
            return False
        if run.job_name != ASSET_JOB:
            return self.is_of_job(run)
        keys = set(map(self.names.key, ASSET_NAMES))
        selected = run.asset_selection
        return all(tuple(key.path) in keys for key in selected) if selected else self.is_own(run)

    def is_of_job(self, run: dg.DagsterRun) -> bool:
        """Whether a run is of one of the pipeline's jobs, by name."""
        return run.job_name in map(self.names.own, ASSETS)


def owner(instance: dg.DagsterInstance, names: Names = Names()) -> Deployment | None:  # noqa: B008
    """Whom these names belong to in an instance; None where nobody has used them yet."""
    key = names.note("owner")
    stored = instance.daemon_cursor_storage.get_cursor_values({key}).get(key)
    return Deployment(**json.loads(stored)) if stored else None


def claim(instance: dg.DagsterInstance, services: Services) -> Claim:
    """Make sure that an instance belongs to this deployment; nobody's becomes its own.

    Raises `SettingsError`, which names both, where it belongs to another.
    """
    names = services.settings.names
    found = owner(instance, names)
    ours = _this(services, found)
    if found is not None and ours.tag and found.tag != ours.tag:
        raise SettingsError(refusal(found, ours))
    if ours.tag and found != ours:  # nobody's yet, or its database is addressed otherwise by now
        _write(instance, names, ours)
    return Claim(instance, ours, names)


def take_over(instance: dg.DagsterInstance, services: Services) -> Deployment | None:
    """Make an instance this deployment's own, for good; the one that it belonged to, None where there is
    none or it is this one."""
    names = services.settings.names
    ours, found = services.deployment, owner(instance, names)
    _write(instance, names, ours)
    return found if found and found.tag != ours.tag else None


def refusal(theirs: Deployment, ours: Deployment) -> str:
    """What to say where an instance belongs to another deployment."""
    return (
        f"This Dagster instance belongs to the deployment {theirs}, and this is {ours}: nothing was "
        "started. Give each of them an instance of its own, by DAGSTER_HOME (or by DAGSTER_POSTGRES_URL, "
        "where Dagster's state is in PostgreSQL). Where this deployment replaces that one for good: "
        "`langassets migrate --take-over`."
    )


def _this(services: Services, known: Deployment | None) -> Deployment:
    """This deployment. Where its database cannot be had it is the one that is known by the same places, or
    one without a tag where none is known: alerts about a database need none, and runs wait for it themselves.
    """
    try:
        return services.deployment
    except (DatabaseBusyError, DatabaseError):
        nameless = Deployment("", *services.places)
        same_places = known is not None and replace(nameless, tag=known.tag) == known
        return known if known and same_places else nameless


def _write(instance: dg.DagsterInstance, names: Names, owner: Deployment) -> None:
    instance.daemon_cursor_storage.set_cursor_values({names.note("owner"): json.dumps(asdict(owner))})
