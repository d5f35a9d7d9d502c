"""Word lists, phrases and letters by language, each file with its source."""

from functools import cache, partial

from langassets.data_files import read_data

read = cache(partial(read_data, __package__))
"""The file `name.yaml`: text by subject, or by subject and language."""
