"""Tables and word lists that lie beside the code as YAML."""

from importlib.resources import files
from typing import Any

import yaml

# Plain data alone, by libyaml, which is in PyYAML's wheels: the one in Python takes ten times as long.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_data(package: str | None, name: str) -> Any:
    """What `name.yaml` beside the modules of `package` holds."""
    assert package is not None
    text = files(package).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    loader = _LOADER(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
