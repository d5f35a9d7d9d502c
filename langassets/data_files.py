"""Tables and word lists that lie beside the code as YAML."""

from importlib.resources import files
from typing import Any

from langassets import lazy


def read_data(package: str | None, name: str) -> Any:
    """What `name.yaml` beside the modules of `package` holds."""
    assert package is not None
    text = files(package).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    # Plain data alone, by libyaml, which is in PyYAML's wheels: the one in Python takes ten times as long.
    loader = getattr(lazy.yaml, "CSafeLoader", lazy.yaml.SafeLoader)(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
