"""A code location for the daemon's own loops in a test's process: whatever `current` is when it is loaded."""

import dagster as dg

current = dg.Definitions()
