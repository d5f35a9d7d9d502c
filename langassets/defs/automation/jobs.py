"""The three jobs, under the names that the replaced system had."""

import dagster as dg

from langassets.defs.assets.cleaned_storage_state import cleaned_storage_state
from langassets.defs.assets.frequent_language_tier import frequent_language_tier
from langassets.defs.assets.language_usage_stats import language_usage_stats
from langassets.defs.assets.preloaded_translations import preloaded_translations

language_evaluation = dg.define_asset_job(
    "language_evaluation",
    selection=[language_usage_stats, frequent_language_tier],
    description="Reads usage and decides which languages are frequent.",
)
language_cleanup = dg.define_asset_job(
    "language_cleanup",
    selection=[cleaned_storage_state],
    description="Clears out of storage what the other languages no longer need.",
)
preload_frequent_languages = dg.define_asset_job(
    "preload_frequent_languages",
    selection=[preloaded_translations],
    description="Makes sure that every lesson stands translated and fresh for each frequent language. "
    "Without a partition, one run sees to all of them.",
)
