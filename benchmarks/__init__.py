"""What langassets takes, measured: see docs/benchmarks.md."""
