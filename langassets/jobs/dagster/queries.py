"""The questions that Dagster's web server is asked, in GraphQL."""

from collections.abc import Mapping

EVALUATION, CLEANUP, PRELOAD = "language_evaluation", "language_cleanup", "preload_frequent_languages"

ALIASES = {"evaluation": EVALUATION, "cleanup": CLEANUP, "preload": PRELOAD}
"""The jobs, by the short names that triggers go by."""

ASSETS = {
    EVALUATION: "frequent_language_tier",
    CLEANUP: "cleaned_storage_state",
    PRELOAD: "preloaded_translations",
}
"""What each job comes to: a run that makes this asset has done the job, by whichever name it was started."""

ASSET_NAMES = (*ASSETS.values(), "language_usage_stats", "lessons", "tier_policy_backtest")
"""All assets."""

AUTOMATION = (
    "cleanup_after_evaluation",
    "collect_batches",
    "declarative_automation",
    "forget_old_runs",
    "heartbeat",
    "preload_on_startup",
    "recover_cut_runs",
    "send_alerts",
    *(f"{job}_schedule" for job in (EVALUATION, PRELOAD)),
)
"""All schedules and sensors, whatever the settings."""

ASSET_JOB = "__ASSET_JOB"
"""The job by which Dagster runs what is materialized asset by asset."""

DEPLOYMENT_TAG = "dagster/langassets_deployment"
"""On each run: whose it is, by the tag of a `Deployment`. With Dagster's prefix it is left out of the rows of
runs, and told over GraphQL all the same."""

TRIGGER_TAG = "dagster/langassets_trigger"
"""A run that was started over the HTTP API carries the id of its row in `job_triggers` under this tag."""

_ERROR = "__typename ... on PythonError { message }"
_RUN = "runId jobName status creationTime startTime endTime assetSelection { path } tags { key value }"
_TICKS = "ticks(limit: 2) { status timestamp error { className message cause { message } } }"


# Of the newest runs of a job so many are looked at for one that is not another deployment's.
_LOOKED_AT = 10


def _runs(alias: str, chosen: str, fields: str, limit: int = 1) -> str:
    # A limit of 0 would be none at all.
    answer = f"{{ {_ERROR} ... on Runs {{ {fields} }} }}"
    return f"{alias}: runsOrError(filter: {{ {chosen} }}, limit: {limit}) {answer}"


def _of_jobs(states: Mapping[str, str], fields: str, limit: int = 1) -> str:
    """The same for each job and each of its states."""
    return "\n".join(
        _runs(f"{alias}_{name}", f'pipelineName: "{job}"{chosen}', fields, limit)
        for alias, job in ALIASES.items()
        for name, chosen in states.items()
    )


def _counts(further: str = "") -> str:
    states = {"success": "[SUCCESS]", "failure": "[FAILURE]", "canceled": "[CANCELED]"}
    states |= {"queued": "$queued", "running": "$running"}
    return _of_jobs({name: f", statuses: {chosen}{further}" for name, chosen in states.items()}, "count")


_LAST = {"last": "", "success": ", statuses: [SUCCESS]", "failure": ", statuses: [FAILURE]"}

# Which location holds langassets is looked up rather than known: it has another name where a server was
# started without workspace.yaml.
STATE = f"""query State($known: [String] = ["none"]) {{
  repositoriesOrError {{
    {_ERROR}
    ... on RepositoryConnection {{ nodes {{
      name location {{ name }}
      schedules {{
        name pipelineName cronSchedule executionTimezone
        scheduleState {{ status {_TICKS} }} futureTicks(limit: 1) {{ results {{ timestamp }} }}
      }}
      sensors {{ name sensorState {{ status {_TICKS} }} }}
    }} }}
  }}
  instance {{ daemonHealth {{ allDaemonStatuses {{
    daemonType required healthy lastHeartbeatTime lastHeartbeatErrors {{ message }}
  }} }} }}
  {_of_jobs(_LAST, f"results {{ {_RUN} }}", _LOOKED_AT)}
  {_runs("known", "runIds: $known", f"results {{ {_RUN} }}", 50)}
}}"""

_STATUSES = "$queued: [RunStatus!], $running: [RunStatus!]"
COUNTS = f"""query Counts({_STATUSES}) {{
  {_counts()}
  runTagsOrError(tagKeys: ["{DEPLOYMENT_TAG}"]) {{ ... on RunTags {{ tags {{ values }} }} }}
}}"""
COUNTS_OF = f"""query CountsOf({_STATUSES}, $deployment: String!) {{
  {_counts(f', tags: [{{ key: "{DEPLOYMENT_TAG}", value: $deployment }}]')}
}}"""

RUNS = f"""query Runs($filter: RunsFilter, $cursor: String, $limit: Int) {{
  runsOrError(filter: $filter, cursor: $cursor, limit: $limit) {{
    {_ERROR} ... on InvalidPipelineRunsFilterError {{ message }} ... on Runs {{ results {{ {_RUN} }} }}
  }}
}}"""

RUN = f"query Run($id: ID!) {{ runOrError(runId: $id) {{ __typename ... on Run {{ {_RUN} }} }} }}"

EVENTS = """query Events($id: ID!, $cursor: String) {
  runOrError(runId: $id) { __typename ... on Run { eventConnection(afterCursor: $cursor, limit: 1000) {
    cursor hasMore events {
      __typename
      ... on ExecutionStepFailureEvent { error { message cause { message } } failureMetadata { description } }
      ... on RunFailureEvent { message error { message cause { message } } }
    }
  } } }
}"""

LAUNCH = f"""mutation Launch($runs: [ExecutionParams!]!) {{
  launchMultipleRuns(executionParamsList: $runs) {{
    ... on LaunchMultipleRunsResult {{ launchMultipleRunsResult {{
      __typename ... on LaunchRunSuccess {{ run {{ {_RUN} }} }} ... on Error {{ message }}
    }} }}
    ... on PythonError {{ message }}
  }}
}}"""
