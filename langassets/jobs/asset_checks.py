"""What should hold, whatever the last run said. Each check states the healthy fact."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from langassets import jobs
from langassets.database.connection import reading
from langassets.database.records import history
from langassets.database.translations import segments
from langassets.database.usage import statistics
from langassets.database.usage.lesson_usage import unmatched_requests
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import paths_by_lesson
from langassets.jobs.preload.report import PreloadReport
from langassets.retention.plan import Action
from langassets.services import Services
from langassets.wording import counted

if TYPE_CHECKING:
    from langassets.jobs.cleanup.drill.drill import DrillReport

# Counters that have not grown for so long are not counted any more, rather than not used.
_STILL = timedelta(days=2)
_FLAPPING = timedelta(days=90)
_MOST_FAILED = 0.02
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a fact holds, in words, and what shows it: figures, and lists of what is wrong."""

    holds: bool
    text: str
    shown: dict[str, Any] = field(default_factory=dict)


def usage_is_tracked(data: sa.Engine) -> Finding:
    """Whether requests are being counted: more now than two days ago."""
    with reading(data) as connection:
        readings = statistics.snapshots(connection)
    totals = Counter[datetime]()
    for snapshot in readings:
        totals[snapshot.taken_at] += snapshot.requests
    if not totals:
        return Finding(False, "Usage was never read.")
    newest = max(totals)
    before = max((moment for moment in totals if moment <= newest - _STILL), default=None)
    if before is None:
        text = "The first readings lie too close together to tell."
        return Finding(True, text, {"requests": totals[newest]})
    grown = totals[newest] - totals[before]
    text = f"{counted(grown, 'request was', 'requests were')} counted since {before:%Y-%m-%d %H:%M} UTC."
    return Finding(grown > 0, text, {"requests": totals[newest], "grown_by": grown})


def usage_names_lessons(data: sa.Engine) -> Finding:
    """Whether every request that was recorded for a lesson is for one that is known."""
    with reading(data) as connection:
        unmatched = unmatched_requests(connection)
    if not unmatched:
        return Finding(True, "Every recorded request is for a lesson that is known.")
    requests = sum(unmatched.values())
    text = (
        f"{counted(requests, 'request names', 'requests name')} no lesson that is known: nothing is kept for "
        "that. Name lessons by number, or by the file that they were imported from."
    )
    return Finding(False, text, {"unmatched": list(unmatched)[:_MOST_NAMED]})


def no_language_flaps(data: sa.Engine, now: datetime) -> Finding:
    """Whether no language went in and out of the tier, or out and in, within 90 days."""
    with reading(data) as connection:
        changes = history.decisions(connection, 10_000, changes_only=True)
    late = {(one["language"], one["change"]) for one in changes if one["evaluated_at"] >= now - _FLAPPING}
    flapping = sorted(language for language, kinds in Counter(one for one, _ in late).items() if kinds > 1)
    if not flapping:
        return Finding(True, "No language was both promoted and demoted within 90 days.")
    text = (
        f"Promoted and demoted within 90 days: {', '.join(flapping)}. Set PROMOTE_SHARE and DEMOTE_SHARE "
        "further apart, or TIER_HALF_LIFE_DAYS higher."
    )
    return Finding(False, text, {"flapping": flapping})


async def storage_agrees_with_tier(services: Services) -> Finding:
    """Whether nothing stands in storage that the tier in force would clear out."""
    plan = (await jobs.cleanup.job.plan_cleanup(services)).plan
    left = [*plan.of(Action.DELETE, Action.ARCHIVE, Action.RESTORE), *plan.refused]
    if not left:
        return Finding(True, "Storage holds what the tier asks for.", {"objects_left": 0})
    paths = paths_by_lesson(services.data)
    named = [f"{step.action} {step.named(paths)}: {step.reason}" for step in left[:_MOST_NAMED]]
    text = f"Still to be cleared out or put back: {counted(len(left), 'object')}."
    return Finding(False, text, {"objects_left": len(left), "left": named})


def memory_makes_again(report: "DrillReport") -> Finding:
    """Whether memory made again all that a cleanup deletes on its account, as far as it was tried. Rows are
    named, and no texts."""
    counts = {"deletions": report.population, "deletions_tried": report.tried}
    if not report.failures:
        text = f"Memory makes again what was to be deleted: {report.summary}"
        return Finding(True, text if report.population else "Nothing was to be deleted.", counts)
    named = [f"{one.key}: {'; '.join(map(str, one.faults))}" for one in report.failures[:_MOST_NAMED]]
    shown = {"deletions_refused": len(report.failures), "rows_at_fault": len(report.rows), "refused": named}
    text = f"Memory does not make everything again, and that was not deleted. {report.summary}"
    return Finding(False, text, counts | shown)


async def manifest_agrees_with_storage(services: Services) -> Finding:
    """Whether every object in the manifest stands, and every lesson object that stands is known.

    Objects that a person edited, and those of lessons that are gone, are named and count as known.
    """
    found = await jobs.reconcile.compare.differences(services)
    named: dict[str, list[str]] = {
        kind: [key for one in found for key in getattr(one, kind)]
        for kind in ("missing", "foreign", "edited", "earlier", "orphaned")
    }
    agree = sum(one.agree for one in found)
    shown = {"objects_agree": agree} | {f"objects_{kind}": len(keys) for kind, keys in named.items()}
    lists = {kind: keys[:_MOST_NAMED] for kind, keys in named.items() if keys}
    others = ", ".join(f"{len(keys):,} {kind}" for kind, keys in named.items())
    text = f"{counted(agree, 'object agrees', 'objects agree')}, {others}."
    return Finding(not (named["missing"] or named["foreign"]), text, shown | lists)


async def coverage_and_freshness(services: Services, report: PreloadReport) -> tuple[Finding, Finding]:
    """Whether everything wanted stands in each frequent language; and whether nothing of it is outdated.

    Languages for which the preload found nothing to make were looked at then; the others are listed now.
    """
    languages = frequent_languages(services.data, services.settings.predefined_languages).codes
    complete = {one.language for one in report.languages if not one.plan.to_make}
    left = {*languages} - complete
    rows = await jobs.status.language_status(services, left) if left else []
    # Without lessons there is nothing to cover.
    shown = {code: 1.0 for code in languages if code in complete}
    shown |= {row.language: 1.0 if row.coverage is None else round(row.coverage, 4) for row in rows}
    stale = {row.language: row.stale for row in rows if row.stale}
    part = [f"{language} {share:.1%}" for language, share in shown.items() if share < 1]
    covered = f"Nothing is missing in {counted(len(shown), 'frequent language')}."
    text = f"Not complete: {', '.join(part)}." if part else covered
    coverage = Finding(not part, text, {"coverage": shown, "lowest": min(shown.values(), default=1.0)})
    count = sum(stale.values())
    text = "Every translation is of today's lesson, by today's recipe."
    if stale:
        text = f"{counted(count, 'object is', 'objects are')} of an older lesson or recipe."
    return coverage, Finding(not stale, text, {"stale": stale, "objects_stale": count})


def nothing_is_doubted(data: sa.Engine) -> Finding:
    """Whether no translation stands in storage that a check doubts: such may be few in a lesson, and are for
    a person to look at."""
    with reading(data) as connection:
        doubted = segments.doubted(connection)
    shown = {"segments_doubted": sum(doubted.values()), "doubted": doubted}
    if not doubted:
        return Finding(True, "No check doubts a translation that stands.", shown)
    named = ", ".join(f"{count:,} in {language}" for language, count in doubted.items())
    text = f"Checks doubt {named}. `langassets export-review` lists them first."
    return Finding(False, text, shown)


def few_segments_failed(report: PreloadReport) -> Finding:
    """Whether a preload could have all but 2 % of the segments that it asked for. What it did not ask for,
    since it was refused before, is named apart."""
    not_asked = sum(one.segments_not_asked for one in report.languages)
    failed = sum(one.segments_failed for one in report.languages) - not_asked
    made = sum(one.segments_from_model for one in report.languages)
    share = failed / (failed + made) if failed else 0.0
    rejected = sum(row.spent.rejected for one in report.languages for row in one.usage)
    shown = {
        "segments_failed": failed,
        "share_failed": round(share, 4),
        "answers_rejected": rejected,
        "segments_refused_before": not_asked,
    }
    text = f"{failed:,} of {counted(failed + made, 'segment')} failed."
    if not_asked:
        text += f" {not_asked:,} that were refused before are not asked for yet."
    return Finding(share <= _MOST_FAILED, text, shown)
