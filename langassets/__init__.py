"""langassets keeps every lesson translated and fresh in storage for the languages that people use."""

__version__ = "0.1.0"
