"""The test server answers as the real one: the same requests, sent to both where a real one is given.

What stands in the table was seen on the real server; with CONTRACT_SUPABASE_URL set it is seen again.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from langassets_tests.servers.supabase_storage import SupabaseStorageServer
from langassets_tests.storage.conftest import REAL, REAL_BUCKET, REAL_KEY, REAL_URL, make_real_bucket


class Endpoint:
    """Raw requests to a server, without a client that interprets the answers."""

    def __init__(self, http: httpx.AsyncClient, url: str, key: str, bucket: str) -> None:
        self._http, self._base, self._key = http, f"{url}/storage/v1", key
        self.bucket = bucket

    async def ask(
        self, method: str, path: str, key: str | None = "service", **content: Any
    ) -> httpx.Response:
        headers = dict(content.pop("headers", {}))
        if key is not None:
            headers["authorization"] = f"Bearer {self._key if key == 'service' else key}"
        path = path.replace("BUCKET", self.bucket)
        return await self._http.request(method, self._base + path, headers=headers, **content)

    async def put(self, name: str, body: bytes = b"{}", upsert: str = "true", **asked: Any) -> httpx.Response:
        files = {"file": ("f", body, "application/json")}
        headers = {"x-upsert": upsert}
        path = f"/object/BUCKET/{name}"
        return await self.ask(
            "POST", path, files=files, data={"cacheControl": "3600"}, headers=headers, **asked
        )


@pytest.fixture(params=["test-server", *REAL])
async def endpoint(request: pytest.FixtureRequest) -> AsyncIterator[Endpoint]:
    """A server with the objects a/1.json and a/2.json in an otherwise empty bucket."""
    async with httpx.AsyncClient() as http:
        if request.param == "test-server":
            server: SupabaseStorageServer = request.getfixturevalue("server")
            found = Endpoint(http, server.url, server.key, "media")
        else:
            await make_real_bucket()
            found = Endpoint(http, REAL_URL, REAL_KEY, REAL_BUCKET)
            page = (await found.ask("POST", "/object/list-v2/BUCKET", json={})).json()
            names = [row["name"] for row in page["objects"]]
            if names:
                await found.ask("DELETE", "/object/BUCKET", json={"prefixes": names})
        for name in ("a/1.json", "a/2.json"):
            assert (await found.put(name)).status_code == 200
        yield found


def _move(source: str, target: str, bucket: str = "BUCKET") -> dict[str, Any]:
    return {"bucketId": bucket, "sourceKey": source, "destinationKey": target}


MISSING = (400, "404", "not_found")
NO_BUCKET = (400, "404", "Bucket not found")
FORBIDDEN = (400, "403", "Unauthorized")
REFUSALS: list[tuple[str, str, str | None, dict[str, Any] | None, tuple[int, str, str]]] = [
    ("GET", "/bucket/nope", "service", None, NO_BUCKET),
    ("GET", "/bucket/BUCKET", "wrong", None, FORBIDDEN),
    ("GET", "/bucket/BUCKET", None, None, (400, "400", "Error")),
    ("POST", "/object/list-v2/BUCKET", "wrong", {"prefix": ""}, FORBIDDEN),
    ("POST", "/object/list-v2/BUCKET", "service", {"limit": 0}, (400, "400", "Error")),
    ("POST", "/object/list-v2/BUCKET", "service", {"cursor": "garbage"}, (400, "400", "InvalidParameter")),
    ("GET", "/object/BUCKET/nope", "service", None, MISSING),
    ("GET", "/object/BUCKET/a", "service", None, MISSING),
    ("GET", "/object/nope/a/1.json", "service", None, NO_BUCKET),
    ("GET", "/object/BUCKET/a/1.json", "wrong", None, NO_BUCKET),
    ("POST", "/object/move", "service", _move("nope", "b"), MISSING),
    ("POST", "/object/move", "service", _move("nope", "a/1.json"), MISSING),
    ("POST", "/object/move", "service", _move("nope", "nope"), MISSING),
    ("POST", "/object/move", "service", _move("a/1.json", "a/2.json"), (400, "409", "Duplicate")),
    ("POST", "/object/move", "service", _move("a/1.json", "é"), (400, "400", "InvalidKey")),
    ("POST", "/object/move", "service", _move("a/1.json", "b", "nope"), MISSING),
    ("POST", "/object/move", "wrong", _move("a/1.json", "b"), FORBIDDEN),
    ("DELETE", "/object/BUCKET", "service", {"prefixes": []}, (400, "400", "Error")),
    ("DELETE", "/object/BUCKET", "wrong", {"prefixes": ["a/1.json"]}, FORBIDDEN),
    ("GET", "/object/info/BUCKET/nope", "service", None, MISSING),
    ("GET", "/nothing", "service", None, (404, "404", "Not Found")),
    ("GET", "/bucket/BUCKET/lifecycle", "service", None, (404, "404", "Not Found")),
]


@pytest.mark.parametrize(("method", "path", "key", "body", "expected"), REFUSALS)
async def test_refusals(
    endpoint: Endpoint,
    method: str,
    path: str,
    key: str | None,
    body: dict[str, Any] | None,
    expected: tuple[int, str, str],
) -> None:
    if body and body.get("bucketId") == "BUCKET":
        body = body | {"bucketId": endpoint.bucket}
    answer = await endpoint.ask(method, path, key, json=body)
    said = answer.json()
    assert (answer.status_code, str(said["statusCode"]), said["error"]) == expected


async def test_uploads_that_are_refused(endpoint: Endpoint) -> None:
    for name, upsert, key, expected in [
        ("a/1.json", "false", "service", (400, "409", "Duplicate")),
        ("%C3%A9.json", "true", "service", (400, "400", "InvalidKey")),
        ("a%23b.json", "true", "service", (400, "400", "InvalidKey")),
        ("a/3.json", "true", "wrong", FORBIDDEN),
        ("x" * 256, "true", "service", (500, "500", "Internal")),
    ]:
        answer = await endpoint.put(name, upsert=upsert, key=key)
        said = answer.json()
        if len(name) == 256 and answer.status_code == 200:
            continue  # a real server on S3 takes what no file system does
        assert (answer.status_code, said["statusCode"], said["error"]) == expected, name


async def test_silence_that_means_trouble(endpoint: Endpoint) -> None:
    listed = await endpoint.ask("POST", "/object/list-v2/nope", json={"prefix": ""})
    assert (listed.status_code, listed.json()["objects"], listed.json()["hasNext"]) == (200, [], False)
    removed = await endpoint.ask("DELETE", "/object/nope", json={"prefixes": ["a/1.json"]})
    assert (removed.status_code, removed.json()) == (200, [])


async def test_a_row_of_a_listing(endpoint: Endpoint) -> None:
    page = (await endpoint.ask("POST", "/object/list-v2/BUCKET", json={"prefix": "a/"})).json()
    assert (page["hasNext"], page["folders"], page.get("nextCursor")) == (False, [], None)
    first = page["objects"][0]
    assert first["name"] == "a/1.json"
    assert {"id", "created_at", "updated_at", "metadata"} <= first.keys()
    metadata = {name: first["metadata"][name] for name in ("eTag", "size", "mimetype", "cacheControl")}
    assert metadata == {
        "eTag": '"99914b932bd37a50b983c5e7c90ae93b"',
        "size": 2,
        "mimetype": "application/json",
        "cacheControl": "max-age=3600",
    }


async def test_pages(endpoint: Endpoint) -> None:
    names: list[str] = []
    wanted: dict[str, Any] = {"prefix": "a", "limit": 1}
    while True:
        page = (await endpoint.ask("POST", "/object/list-v2/BUCKET", json=wanted)).json()
        names += [row["name"] for row in page["objects"]]
        assert len(page["objects"]) == 1
        if not page["hasNext"]:
            break
        wanted["cursor"] = page["nextCursor"]
    assert names == ["a/1.json", "a/2.json"]


async def test_deletions(endpoint: Endpoint) -> None:
    keys = ["a/1.json", "a/1.json", "nope", "é", ""]
    removed = await endpoint.ask("DELETE", "/object/BUCKET", json={"prefixes": keys})
    assert [row["name"] for row in removed.json()] == ["a/1.json"]
    again = await endpoint.ask("DELETE", "/object/BUCKET", json={"prefixes": ["a/1.json", "a"]})
    assert (again.status_code, again.json()) == (200, [])


async def test_a_deletion_of_more_than_a_thousand(endpoint: Endpoint) -> None:
    keys = [f"k{n}" for n in range(1001)]
    answer = await endpoint.ask("DELETE", "/object/BUCKET", json={"prefixes": keys})
    assert answer.status_code in (200, 400)  # enforced or not, by how the server is set up
    if answer.status_code == 400:
        assert answer.json()["error"] == "InvalidRequest"


async def test_words_about_versions_are_passed_over(endpoint: Endpoint) -> None:
    """By a server of before, as 1.70.6 is; one that knows versions is for `test_versions`."""
    if "versioning_status" in (await endpoint.ask("GET", "/bucket/BUCKET")).json():
        pytest.skip("this server knows versions")
    wanted = {"prefix": "a/", "noncurrentVersions": "only"}
    page = (await endpoint.ask("POST", "/object/list-v2/BUCKET", json=wanted)).json()
    assert [row["name"] for row in page["objects"]] == ["a/1.json", "a/2.json"]
    assert not {"version", "archived_at"} & page["objects"][0].keys()
    version = "00000000-0000-0000-0000-000000000000"
    answer = await endpoint.ask("GET", f"/object/BUCKET/a/1.json?versionId={version}")
    assert (answer.status_code, answer.content) == (200, b"{}")


async def test_moving_onto_itself_changes_nothing(endpoint: Endpoint) -> None:
    onto_itself = _move("a/1.json", "a/1.json", endpoint.bucket)
    answer = await endpoint.ask("POST", "/object/move", json=onto_itself)
    assert (answer.status_code, answer.json()) == (200, {"message": "Successfully moved"})


async def test_downloads(endpoint: Endpoint) -> None:
    await endpoint.put("a/3.json", '{"text": "שלום"}'.encode())
    answer = await endpoint.ask("GET", "/object/BUCKET/a/3.json")
    assert answer.json() == {"text": "שלום"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "max-age=3600"
    assert answer.headers["etag"].startswith('"')
