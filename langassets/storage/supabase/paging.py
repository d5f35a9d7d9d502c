"""A listing, page by page, until the server says that it is done."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

_Row = TypeVar("_Row")

# An empty page does not end a listing, but so many in a row are a server that goes round in circles.
_EMPTY_PAGES = 20


async def every_page(
    page: Callable[[str | None], Awaitable[tuple[list[_Row], str | None]]],
    garbled: Callable[[], Exception],
) -> AsyncGenerator[list[_Row]]:
    """The rows of each page that has some. `page` takes where to go on (None: the start) and tells the rows
    there and where the next page starts (None: there is none); `garbled` is raised where it never ends."""
    cursor: str | None = None
    empty = 0
    while empty < _EMPTY_PAGES:
        rows, cursor = await page(cursor)
        empty = 0 if rows else empty + 1
        if rows:
            yield rows
        if cursor is None:
            return
    raise garbled()
