"""Code locations for the daemon's own loops in a test's process: whatever these are when they are loaded."""

import dagster as dg

current = dg.Definitions()
beside = dg.Definitions()
