"""The Dagster component `langassets.LanguageAssets`: a pipeline in a project of others.

Its attributes are the settings, by their names in small letters, and nothing else: the process's environment
says nothing that `defs.yaml` does not ask it for, by `{{ env.NAME }}`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, get_args

import dagster as dg
from pydantic import BaseModel, ConfigDict, Field, create_model

from langassets.defs.pipeline import pipeline
from langassets.services import Services
from langassets.settings import Settings, load_settings

# Settings of the programs beside Dagster, which read the environment.
_ELSEWHERE = ("api_", "admin_api_", "webserver_port")
_PATHS = ("langassets_home", "glossary_file")


def _shown(annotation: Any) -> Any:
    """How a setting may be written in YAML: as it is, as text, or as a template that makes it."""
    plain = {kind for kind in (annotation, *get_args(annotation)) if kind in {bool, int, float}}
    kinds: Any = str
    for kind in sorted(plain, key=str):
        kinds |= kind
    if str(annotation).startswith("tuple"):
        kinds |= list[str]
    return kinds | None


_FIELDS: dict[str, Any] = {
    name: (_shown(field.annotation), Field(None, description=field.description))
    for name, field in Settings.model_fields.items()
    if not name.startswith(_ELSEWHERE)
}
LanguageAssetsAttributes: type[BaseModel] = create_model(
    "LanguageAssetsAttributes", __config__=ConfigDict(extra="forbid"), **_FIELDS
)
"""The schema of the component's attributes."""


class LanguageAssetsScaffolder(dg.Scaffolder[Any]):
    """Writes a `defs.yaml` with names of its own."""

    def scaffold(self, request: dg.ScaffoldRequest[Any]) -> None:
        """Write it; the folder's name becomes the prefix."""
        dg.scaffold_component(request, {"asset_key_prefix": request.target_path.name})


@dg.scaffold_with(LanguageAssetsScaffolder)
class LanguageAssets(dg.Component):
    """Keeps every lesson translated and fresh in storage for the languages that people use.

    Each instance is a pipeline: assets, checks, jobs, schedules and sensors, a pool and a resource, all under
    the prefix that `asset_key_prefix` gives them.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        """The schema of `attributes`."""
        return LanguageAssetsAttributes

    @classmethod
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> Self:
        """The component of a `defs.yaml`; raises `SettingsError`, a line for each wrong setting."""
        written = attributes.model_dump(exclude_none=True) if attributes else {}
        found = context.resolution_context.at_path("attributes").resolve_value(written)
        file = context.path if context.path.is_file() else context.path / "defs.yaml"
        return cls(load_settings(environ_of(found, context.project_root), written_in=file))

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """The definitions of this pipeline."""
        return pipeline(Services(self.settings))


def environ_of(attributes: Mapping[str, Any], root: Path) -> dict[str, str]:
    """Attributes as the variables that they stand for. Paths are below the project; without one, the embedded
    database and storage of each prefix have a folder of their own."""
    home = Path(".langassets", attributes.get("asset_key_prefix") or "")
    given = {"langassets_home": str(home)} | {
        name: value for name, value in attributes.items() if value is not None
    }
    placed = {name: str(root / str(given[name])) for name in _PATHS if given.get(name)}
    return {name.upper(): _text(value) for name, value in (given | placed).items()}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
