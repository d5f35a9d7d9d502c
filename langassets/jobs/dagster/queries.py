"""The questions that Dagster's web server is asked, in GraphQL."""

EVALUATION, CLEANUP, PRELOAD = "language_evaluation", "language_cleanup", "preload_frequent_languages"

ALIASES = {"evaluation": EVALUATION, "cleanup": CLEANUP, "preload": PRELOAD}
"""The jobs, by the short names that triggers go by."""

_ERROR = "__typename ... on PythonError { message }"
_RUN = "runId jobName status creationTime startTime endTime tags { key value }"
_TICKS = "ticks(limit: 2) { status timestamp error { className message cause { message } } }"


def _runs(alias: str, chosen: str, fields: str) -> str:
    # A limit of 0 would be none at all.
    return f"{alias}: runsOrError(filter: {{ {chosen} }}, limit: 1) {{ {_ERROR} ... on Runs {{ {fields} }} }}"


def _last_runs() -> str:
    states = {"last": "", "success": ", statuses: [SUCCESS]", "failure": ", statuses: [FAILURE]"}
    return "\n".join(
        _runs(f"{alias}_{name}", f'pipelineName: "{job}"{chosen}', f"results {{ {_RUN} }}")
        for alias, job in ALIASES.items()
        for name, chosen in states.items()
    )


def _counts() -> str:
    states = {
        "success": "[SUCCESS]",
        "failure": "[FAILURE]",
        "canceled": "[CANCELED]",
        "queued": "$queued",
        "running": "$running",
    }
    return "\n".join(
        _runs(f"{alias}_{name}", f'pipelineName: "{job}", statuses: {chosen}', "count")
        for alias, job in ALIASES.items()
        for name, chosen in states.items()
    )


# Which location holds langassets is looked up rather than known: it has another name where a server was
# started without workspace.yaml.
STATE = f"""query State {{
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
  {_last_runs()}
}}"""

COUNTS = f"query Counts($queued: [RunStatus!], $running: [RunStatus!]) {{ {_counts()} }}"

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
