"""What every asset is handed."""

import dagster as dg

from langassets.defs.processes import PROCESS_TAG, this_process
from langassets.defs.recovery import NO_RETRY
from langassets.jobs.services import Services


def services_resource(services: Services) -> dg.ResourceDefinition:
    """`services`, for each run; on the way the run notes which process it is."""

    @dg.resource(description="Settings, database, storage and models.")
    def opened(context: dg.InitResourceContext) -> Services:
        if context.instance and context.run_id:
            # Switched off, nothing starts by itself: not even what a person started and a fault ended.
            retries = {} if services.settings.enable_background_jobs else NO_RETRY
            context.instance.add_run_tags(context.run_id, {PROCESS_TAG: this_process()} | retries)
        return services

    return opened
