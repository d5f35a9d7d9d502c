"""A preload with nothing new over so many objects in a folder: seconds of the processor."""

import os
import sys
import time

from benchmarks import worlds
from benchmarks.course import LANGUAGES, keys_of
from benchmarks.works import preload
from langassets.services import Services
from langassets.settings import load_settings

lessons = int(sys.argv[1]) // len(LANGUAGES)
os.environ |= {"OPENAI_API_KEY": "x", "PREDEFINED_LANGUAGES": "en"}
services = Services(load_settings())
worlds.migrated(None, services.settings.langassets_home).dispose()
worlds.add_lessons(services.data, lessons)
worlds.record_stored(services, LANGUAGES)
for key in keys_of(LANGUAGES, lessons, ("mind_map",)):
    path = services.settings.langassets_home / "storage" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(key, encoding="utf-8")
preload(LANGUAGES)  # the folder's index of ETags is made by the first
begun = time.process_time()
preload(LANGUAGES)
print(time.process_time() - begun)
