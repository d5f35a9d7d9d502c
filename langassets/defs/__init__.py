"""What Dagster shows: one short file for each asset, and what starts them."""

from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.defs import pipeline as pipeline
    from langassets.defs import runs as runs

__getattr__ = lazy.submodules(__name__)
