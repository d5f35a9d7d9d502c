"""Manifest and storage, brought together again."""

from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.reconcile import compare as compare
    from langassets.jobs.reconcile import job as job

__getattr__ = lazy.submodules(__name__)
