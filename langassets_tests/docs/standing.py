"""What stands, by status, plans and comparison; run as a program, as JSON, where the environment says."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

from langassets.jobs.cleanup.job import plan_cleanup
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.lessons import load_desired
from langassets.jobs.preload.plan import plan_languages
from langassets.jobs.reconcile.compare import differences
from langassets.jobs.status import language_status
from langassets.services import Services
from langassets.settings import load_settings


async def standing(services: Services) -> dict[str, Any]:
    """Nothing is changed by it."""
    frequent = frequent_languages(services.data, services.settings.predefined_languages).codes
    desired, _ = load_desired(services.data)
    async with services.store() as store:
        plans = await plan_languages(services, store, frequent, desired)
    steps = (await plan_cleanup(services)).plan.steps
    return {
        "status": [asdict(one) for one in await language_status(services)],
        "preload": {code: sorted(item.key for item in plan.to_make) for code, plan in plans.items()},
        "cleanup": sorted((step.action, step.key, step.etag, step.reason) for step in steps),
        "differences": [
            [one.language, one.agree, one.missing, one.foreign, one.edited, one.earlier, one.orphaned]
            for one in await differences(services)
        ],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(standing(Services(load_settings()))), default=str))
