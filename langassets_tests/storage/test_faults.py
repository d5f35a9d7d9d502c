"""Every fault at every request in turn: nothing outside the plan is touched, nothing is reported done
that was not, and in the end storage is as after an undisturbed run."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from langassets.errors import StoreError, StoreUnavailableError
from langassets.storage.store import ContentStore
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

WANTED = {f"he/lessons/{n}/text.json": f'{{"text": "{n}"}}'.encode() for n in (1, 2)}
OUTDATED = [f"he/lessons/{n}/code.json" for n in range(4, 8)]
EDITED = ["he/lessons/5/text.json"]
OTHERS = ["he/lessons/7/text.json", "en/lessons/1/text.json", "media/speech.mp3", "archive/he/old.json"]

BROKEN = (Fault.FAILURE, Fault.RESET, Fault.TIMEOUT)
ONE_REQUEST = [
    *(Injected(fault, after) for fault in BROKEN for after in (False, True)),
    Injected(Fault.TOO_MANY, retry_after="0"),
    *(Injected(fault, after=True) for fault in (Fault.GATEWAY, Fault.PROXY_PAGE)),
    *(Injected(fault) for fault in (Fault.HALF, Fault.CUT, Fault.EMPTY_PAGE, Fault.DELETE_NONE)),
    *(Injected(fault) for fault in (Fault.DELETE_SOME, Fault.DELETE_UNNAMED)),
]
OUTAGES = [
    Injected(Fault.FAILURE),
    Injected(Fault.RESET, after=True),
    *(Injected(fault) for fault in (Fault.DELETE_NONE, Fault.DELETE_UNNAMED, Fault.ECHO)),
]


def _name(injected: Injected) -> str:
    return f"{injected.fault.name}-after" if injected.after else injected.fault.name


@dataclass
class Done:
    """What a run says that it did."""

    written: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)


async def _run(store: ContentStore, done: Done) -> None:
    """Bring storage to what is wanted, as cleanup and preload do."""
    await store.check()
    there = {stored.key: stored.etag async for stored in store.list("he/")}
    for key, body in WANTED.items():
        if there.get(key) != hashlib.md5(body).hexdigest():
            await store.write(key, body)
            done.written.add(key)
            assert await store.read(key) == body
    done.gone |= await store.delete([key for key in OUTDATED if key in there])
    for key in EDITED:
        if key in there:
            await store.move(key, f"archive/{key}")
            done.moved.add(key)
    assert done.gone.isdisjoint([stored.key async for stored in store.list("he/")])


def _reset(server: SupabaseStorageServer, faults: dict[int, Injected]) -> None:
    server.objects.clear()
    for key in [*OUTDATED, *EDITED, *OTHERS, "he/lessons/1/text.json"]:
        server.objects.put(key, f"old {key}".encode())
    server.requests.clear()
    server.faults = faults


def _bodies(server: SupabaseStorageServer) -> dict[str, bytes]:
    return {key: stored.body for key, stored in server.objects.items()}


def _check_truth(server: SupabaseStorageServer, done: Done) -> None:
    bodies = _bodies(server)
    assert {key: bodies.get(key) for key in done.written} == {key: WANTED[key] for key in done.written}
    assert done.gone <= {*OUTDATED} - bodies.keys()
    assert all(f"archive/{key}" in bodies and key not in bodies for key in done.moved)
    assert {key: bodies.get(key) for key in OTHERS} == {key: f"old {key}".encode() for key in OTHERS}
    for key in EDITED:  # archived or where it was, but never lost
        assert f"old {key}".encode() in (bodies.get(key), bodies.get(f"archive/{key}"))


@pytest.fixture
def small(server: SupabaseStorageServer) -> SupabaseStorageServer:
    """A server with small pages and deletions, so that a few objects take several requests of each."""
    server.api.largest_page, server.api.delete_limit = 4, 2
    return server


@pytest.fixture
async def store(small: SupabaseStorageServer, injected: Injected) -> AsyncIterator[SupabaseStore]:
    # A busy machine may be late of itself, when the time is so short: then more tries.
    timeout, attempts = (0.2, 8) if injected.fault is Fault.TIMEOUT else (20.0, 3)
    async with SupabaseStore(
        small.url, small.key, "media", attempts=attempts, backoff=0.001, timeout=timeout
    ) as opened:
        yield opened


async def _undisturbed(small: SupabaseStorageServer, store: SupabaseStore) -> tuple[int, dict[str, bytes]]:
    _reset(small, {})
    done = Done()
    await _run(store, done)
    assert (done.written, done.gone, done.moved) == ({*WANTED}, {*OUTDATED}, {*EDITED})
    return len(small.requests), _bodies(small)


@pytest.mark.parametrize("injected", ONE_REQUEST, ids=_name)
async def test_one_fault_at_every_request(
    small: SupabaseStorageServer, store: SupabaseStore, injected: Injected
) -> None:
    requests, expected = await _undisturbed(small, store)
    assert requests > 10
    for number in range(1, requests + 1):
        _reset(small, {number: injected})
        done = Done()
        await _run(store, done)
        _check_truth(small, done)
        assert (done.written, done.gone, done.moved) == ({*WANTED}, {*OUTDATED}, {*EDITED}), number
        assert _bodies(small) == expected, number


@pytest.mark.parametrize("injected", OUTAGES, ids=_name)
async def test_an_outage_from_every_request_on_and_then_a_second_run(
    small: SupabaseStorageServer, store: SupabaseStore, injected: Injected
) -> None:
    requests, expected = await _undisturbed(small, store)
    for number in range(1, requests + 1):
        _reset(small, dict.fromkeys(range(number, 1000), injected))
        done = Done()
        try:
            await _run(store, done)
        except (StoreError, StoreUnavailableError):
            pass
        else:
            assert injected.fault in (Fault.DELETE_NONE, Fault.DELETE_UNNAMED)
        _check_truth(small, done)
        small.faults = {}
        again = Done()
        await _run(store, again)
        _check_truth(small, again)
        assert _bodies(small) == expected, number


async def test_faults_among_many_requests_at_once(small: SupabaseStorageServer) -> None:
    keys = [f"he/lessons/{n}/text.json" for n in range(60)]
    moved = {f"archive/{key}" for key in keys}
    small.faults = dict.fromkeys(range(7, 140, 11), Injected(Fault.RESET, after=True))
    attempts = len(small.faults) + 1  # more than there are faults: no request can meet one at every try
    async with SupabaseStore(small.url, small.key, "media", attempts=attempts, backoff=0.001) as store:
        await asyncio.gather(*(store.write(key, key.encode()) for key in keys))
        await asyncio.gather(*(store.move(key, f"archive/{key}") for key in keys))
        assert _bodies(small) == {f"archive/{key}": key.encode() for key in keys}
        assert await store.delete(moved) == moved
    assert _bodies(small) == {}
