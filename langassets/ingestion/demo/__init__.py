"""The built-in demonstration: lessons in six content types, and 90 days of usage in 12 languages."""

from langassets.ingestion.demo.loading import DemoReport, load_demo

__all__ = ["DemoReport", "load_demo"]
