"""The lessons: written elsewhere, observed here."""

import hashlib
from collections import Counter

import dagster as dg

from langassets.defs.runs.asset_run import asset_run
from langassets.jobs.lessons import DesiredContent, load_desired
from langassets.services import Services

_BY_TYPE = dg.TableSchema(
    [dg.TableColumn("language"), dg.TableColumn("content_type"), dg.TableColumn("contents", "int")]
)


def lessons(context: dg.AssetExecutionContext, services: Services) -> dg.ObserveResult:
    """Look at the lessons without a preload."""
    with asset_run(context, services) as run:
        desired, problems = load_desired(services.data)
        for problem in problems:
            context.log.warning(f"Lesson {problem.named}, {problem.content_type}: {problem.reason}")
        seen = observation(context.asset_key, desired)
        run.summarize("Lessons observed", {"contents": len(desired), "problems": len(problems)})
        return dg.ObserveResult(asset_key=context.asset_key, metadata=seen.metadata, tags=seen.tags)


def observation(key: dg.AssetKey, desired: list[DesiredContent]) -> dg.AssetObservation:
    """How many lessons there are, and a data version that changes when any of them does."""
    version = hashlib.sha256()
    for item in sorted(desired, key=lambda item: (item.lesson, item.content_type)):
        version.update(f"{item.lesson} {item.content_type} {item.source_hash}\n".encode())
    kinds = Counter((item.source_language, item.content_type) for item in desired)
    return dg.AssetObservation(
        key,
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
