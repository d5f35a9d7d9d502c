"""Tables and word lists that lie beside the code as YAML."""

from importlib.resources import files
from typing import Any

import yaml

# libyaml's, which is in PyYAML's wheels: the one in Python takes ten times as long, at every start.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_data(package: str | None, name: str) -> Any:
    """What `name.yaml` beside the modules of `package` holds."""
    assert package is not None
    text = files(package).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, _LOADER)  # noqa: S506 (either is a safe loader)
