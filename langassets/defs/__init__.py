"""What Dagster shows: one short file for each asset, and what starts them."""
