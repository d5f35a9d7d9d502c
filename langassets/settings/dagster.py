"""What the definitions are called in Dagster, and what starts them; part of `Settings`."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from langassets.settings.values import SettingsPart


@dataclass(frozen=True, slots=True)
class Names:
    """What is called how in Dagster: with a prefix, several pipelines have room in one instance.

    Names without it (of assets, jobs, schedules and sensors) are those that the code goes by.
    """

    prefix: tuple[str, ...] = ()

    def key(self, asset: str) -> tuple[str, ...]:
        """The path of an asset's key."""
        return (*self.prefix, asset)

    def op(self, asset: str) -> str:
        """The op that makes an asset; its step has the same name."""
        return "__".join(self.key(asset))

    def own(self, name: str) -> str:
        """A job, schedule, sensor, pool, resource, or set of partitions."""
        return "_".join(self.key(name))

    def note(self, name: str) -> str:
        """The key of a note in Dagster's own storage."""
        return "/".join(("langassets", *self.prefix, name))

    @property
    def pool(self) -> str:
        """The pool of cleanup and preload, which work on the same objects: how many of them at once is said
        in `dagster.yaml`."""
        return self.own("storage")

    @property
    def partitions(self) -> str:
        """The partitions of frequent languages."""
        return self.own("language")

    @property
    def resource(self) -> str:
        """The resource of the assets."""
        return self.own("langassets_services")


class DagsterSettings(SettingsPart):
    """What stands where in Dagster."""

    # Dagster
    asset_key_prefix: str = Field(
        "",
        pattern=r"^([A-Za-z_][A-Za-z0-9_]*(/[A-Za-z0-9_]+)*)?$",
        description="What the keys of the assets begin with, and with _ for / the names of jobs, schedules, "
        "sensors, partitions and pool, like courses or teaching/courses; empty: nothing.",
    )
    asset_group_name: str = Field(
        "langassets", pattern=r"^[A-Za-z0-9_]+$", description="The group of the assets in Dagster's lineage."
    )

    automation: Literal["schedules", "declarative"] = Field(
        "schedules",
        description="What starts jobs beside the two schedules: 'schedules', sensors (a cleanup after each "
        "evaluation, a preload at the start of the server); 'declarative', conditions of the assets (a "
        "cleanup after each tier, a preload when lessons or frequent languages have changed).",
    )

    @property
    def is_declarative(self) -> bool:
        """Whether the assets have conditions by which they are made."""
        return self.automation == "declarative"

    @property
    def names(self) -> Names:
        """What is called how in Dagster."""
        return Names(tuple(filter(None, self.asset_key_prefix.split("/"))))
