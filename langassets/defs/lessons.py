"""The lessons: written elsewhere, observed here."""

import hashlib

import dagster as dg

from langassets.defs import columns
from langassets.jobs.preload_plan import Wanted

KEY = dg.AssetKey("lessons")

lessons = dg.AssetSpec(
    KEY,
    description="What there is to translate: every content of every active lesson in the application's "
    "`topics` and `content`, or in the folder that was imported. Observed at each preload.",
    group_name="content",
    kinds={"markdown"},
    owners=["team:content"],
    metadata=columns.LESSONS,
)


def observation(wanted: list[Wanted]) -> dg.AssetObservation:
    """How many lessons there are, and a data version that changes when any of them does."""
    version = hashlib.sha256()
    for item in sorted(wanted, key=lambda item: (item.lesson, item.content_type)):
        version.update(f"{item.lesson} {item.content_type} {item.source_hash}\n".encode())
    return dg.AssetObservation(
        KEY,
        metadata={
            "lessons": len({item.lesson for item in wanted}),
            "contents": len(wanted),
        },
        tags={"dagster/data_version": version.hexdigest()[:16]},
    )
