"""What the doctor looks at, in order."""

ITEMS = [
    "settings",
    "background jobs",
    "api tokens",
    "disk",
    "database",
    "counters",
    "lessons",
    "bucket",
    "files",
    "keys",
    "server",
    "daemon",
    "automation",
    "last runs",
    "clock",
]
