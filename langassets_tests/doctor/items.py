"""What the doctor looks at, in order; and how a test has it look."""

from collections.abc import Callable

from langassets.jobs.doctor.findings import Finding

Examine = Callable[..., dict[str, Finding]]

ITEMS = [
    "settings",
    "background jobs",
    "api tokens",
    "disk",
    "database",
    "counters",
    "lessons",
    "usage",
    "refusals",
    "bucket",
    "versions",
    "languages",
    "files",
    "prices",
    "keys",
    "server",
    "daemon",
    "automation",
    "last runs",
    "clock",
]
