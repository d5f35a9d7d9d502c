"""Formats of a review file: a spreadsheet, and XLIFF."""
