"""The one Definitions object: assembles, decides nothing."""

import logging

import dagster as dg

from langassets import defs as shown
from langassets import lazy
from langassets.services import Services
from langassets.settings import load_settings
from langassets.settings.unknown import unknown_at_start


def assemble(services: Services) -> dg.Definitions:
    """Everything that Dagster shows, working with `services`, in a code location of its own."""
    # One process a run: the default executor starts one for each step, which costs 6 to 17 s on two
    # cores and leaves a step's process behind when its run is killed.
    executor = shown.runs.pool.in_process_executor(services.settings.names)
    return dg.Definitions.merge(shown.pipeline.pipeline(services), dg.Definitions(executor=executor))


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions for the settings in the environment; raises `SettingsError` where they are wrong."""
    for said in unknown_at_start():
        logging.getLogger(__name__).warning(said)
    with lazy.loading():
        return assemble(Services(load_settings()))
