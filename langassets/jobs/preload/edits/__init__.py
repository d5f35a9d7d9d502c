"""What people changed in stored objects: learnt, and put into what is made anew."""

from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.jobs.preload.edits import edited as edited

__getattr__ = lazy.submodules(__name__)
