"""Links from an asset's page to the code that makes it."""

import inspect
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg


def to_function(asset: dg.AssetsDefinition) -> dict[str, Any]:
    """Metadata that points at the function behind an asset."""
    function = inspect.unwrap(asset.op.compute_fn.decorated_fn)  # type: ignore[union-attr]
    code = function.__code__
    return _link(code.co_filename, code.co_firstlineno, asset.op.name)


def to_module(module: ModuleType, label: str) -> dict[str, Any]:
    """Metadata that points at a module, for what no function of ours makes."""
    return _link(str(module.__file__), 1, label)


def _link(path: str, line: int, label: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        # Beta since 1.7, and used on purpose.
        warnings.simplefilter("ignore", dg.BetaWarning)
        reference = dg.LocalFileCodeReference(file_path=str(Path(path)), line_number=line, label=label)
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}
