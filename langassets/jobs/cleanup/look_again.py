"""Whether storage did what it said: by a listing of what is left, which costs little where most is gone."""

from collections.abc import Sequence
from itertools import chain

from langassets.errors import ObjectMissingError
from langassets.retention.plan import Step
from langassets.storage import keys
from langassets.storage.listing import each_language
from langassets.storage.store import ContentStore

# So many objects are read to tell whether it is the listing that is of another moment.
_READ = 20


async def not_done(store: ContentStore, steps: Sequence[Step]) -> list[Step]:
    """The steps whose objects still stand where they stood, though storage said that they are gone.

    One listing for each language, and of each one's archive, that something left. Where it shows what cannot
    be read, it is the listing that is not true, and storage's word holds. Raises what the store raises.
    """
    left = {step.key: step for step in steps}

    async def look(prefix: str) -> list[Step]:
        return [
            left[found.key]
            async for found in store.list(prefix)
            if found.key in left and found.etag == left[found.key].etag
        ]

    standing = [
        *chain.from_iterable(
            (await each_language(sorted({keys.prefix_of(key) for key in left}), look)).values()
        )
    ]
    for step in standing[:_READ]:
        try:
            await store.read(step.key)
        except ObjectMissingError:
            return []
    return standing
