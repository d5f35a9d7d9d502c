"""Markdown taken apart for translators, and put back without touching anything else."""
