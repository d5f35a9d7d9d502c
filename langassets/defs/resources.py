"""What every asset is handed."""

import dagster as dg

from langassets.defs.runs.ownership import claim, is_of, is_of_job, own_tag
from langassets.defs.runs.recovery import NO_RETRY, note_process
from langassets.services import Services
from langassets.settings.places import places


def services_resource(services: Services) -> dg.ResourceDefinition:
    """What the assets of a pipeline require; on the way each run notes whose it is, and which process."""

    names = services.settings.names
    where = "\n".join(f"- {name}: {place}" for name, place in places(services.settings).items())

    @dg.resource(description=f"Settings, database, storage and models. What it works with:\n\n{where}")
    def opened(context: dg.InitResourceContext) -> Services:
        if context.instance and context.run:
            # Another deployment's instance: the run ends here, before it has read or touched anything.
            ours = claim(context.instance, services)
            context.instance.add_run_tags(context.run.run_id, own_tag(ours))
            if is_of_job(
                context.run, names
            ):  # else it may be on an executor that has a process for each step
                note_process(context.instance, context.run.run_id)
            if is_of(context.run, ours, names) and not services.settings.enable_background_jobs:
                # Nothing starts by itself then: not even what a person started and a fault ended.
                context.instance.add_run_tags(context.run.run_id, NO_RETRY)
        return services

    return opened
