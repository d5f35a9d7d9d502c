"""What Dagster shows: one short file for each asset, and what starts them."""

import warnings

import dagster as dg

# One run for many partitions is marked beta since 1.8 and used on purpose. Dagster says so again whenever a
# component's assets are copied; said once here, it need not be said to everyone who types a dagster command.
warnings.filterwarnings("ignore", message=".*backfill_policy.*", category=dg.BetaWarning)
