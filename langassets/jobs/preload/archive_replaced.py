"""What someone else made, and is to be replaced, goes to the archive first: planned, moved, recorded."""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from langassets.jobs.cleanup.carry_out import carry_out
from langassets.jobs.cleanup.plan import CleanupSurvey
from langassets.jobs.preload.storing import NewObject
from langassets.retention.plan import Action, CleanupPlan, RetentionPolicy, Step
from langassets.storage import keys
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore
from langassets.translation.freshness import Decision

_REASONS = {
    Decision.REPLACE_ADOPTED: "put there by someone else, and its lesson has changed",
    Decision.OVERWRITE_EDITED: "edited by hand, and OVERWRITE_EDITED says to replace it",
}


async def set_aside(
    data: sa.Engine,
    store: ContentStore,
    made: Sequence[NewObject],
    *,
    run_id: str,
    clock: Callable[[], datetime],
) -> dict[str, str]:
    """Archive what stands under the keys of `made` and a person made, unless it is the same byte for byte;
    by key, why one could not be.

    Raises `StoreUnavailableError` where storage went away midway: what was moved by then is recorded.
    """
    now = clock()
    steps = [step for item in made if (step := _step(item, now))]
    if not steps:
        return {}
    survey = CleanupSurvey(CleanupPlan(steps), now)
    report = await carry_out(
        data, store, survey, RetentionPolicy(), run_id=run_id, clock=clock, confirmed=True
    )
    return {step.key: reason for step, reason in report.failed}


def _step(item: NewObject, now: datetime) -> Step | None:
    planned = item.planned
    reason = _REASONS.get(planned.decision)
    if reason is None or planned.standing is None or planned.standing.etag == etag_of(item.body):
        return None
    lesson = keys.LessonKey(planned.language, planned.desired.lesson, planned.desired.content_type)
    return Step(
        planned.key,
        planned.language,
        planned.desired.lesson,
        Action.ARCHIVE,
        reason,
        planned.standing.size,
        planned.standing.etag,
        keys.archived(lesson, now),
    )
