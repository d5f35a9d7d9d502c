"""The lessons: written elsewhere, observed here."""

import hashlib
from collections import Counter

import dagster as dg

from langassets.database.content import lessons as lesson_queries
from langassets.defs.assets.attributes import column_schema, link_to_module
from langassets.jobs.lessons import DesiredContent

KEY = dg.AssetKey("lessons")

_BY_TYPE = dg.TableSchema(
    [dg.TableColumn("language"), dg.TableColumn("content_type"), dg.TableColumn("contents", "int")]
)

lessons = dg.AssetSpec(
    KEY,
    description="What there is to translate: every content of every active lesson in the application's "
    "`topics` and `content`, or in the folder that was imported. Observed at each preload.",
    group_name="content",
    kinds={"markdown"},
    owners=["team:content"],
    tags={"cadence": "daily"},
    metadata=column_schema("lessons") | link_to_module(lesson_queries, "the query behind it"),
)


def observation(desired: list[DesiredContent]) -> dg.AssetObservation:
    """How many lessons there are, and a data version that changes when any of them does."""
    version = hashlib.sha256()
    for item in sorted(desired, key=lambda item: (item.lesson, item.content_type)):
        version.update(f"{item.lesson} {item.content_type} {item.source_hash}\n".encode())
    kinds = Counter((item.source_language, item.content_type) for item in desired)
    return dg.AssetObservation(
        KEY,
        metadata={
            "lessons": len({item.lesson for item in desired}),
            "contents": len(desired),
            "by_content_type": dg.MetadataValue.table(
                [
                    dg.TableRecord({"language": language, "content_type": name, "contents": count})
                    for (language, name), count in sorted(kinds.items())
                ],
                _BY_TYPE,
            ),
        },
        tags={"dagster/data_version": version.hexdigest()[:16]},
    )
