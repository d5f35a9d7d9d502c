"""Manifest and storage, brought together again."""

from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.reconcile import compare as compare

__getattr__ = lazy.submodules(__name__)
