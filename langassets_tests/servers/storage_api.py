"""The HTTP interface of supabase/storage (August 2026) as supabase-py uses it: status, bodies, quirks.

Compared with the real server on its file backend, request by request. Most failures are sent as 400
with the status that is meant in the body.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from langassets_tests.servers.storage_bucket import Objects, StoredBody

_KEY = re.compile(r"[A-Za-z0-9_/!.*'() &$=@;:+,?-]+\Z")


@dataclass(slots=True)
class Answer:
    """What goes back; `status` is the one on the wire."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request, taken apart. `kind` is the name of its route in `ROUTES`, or unknown."""

    number: int
    kind: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    match: tuple[str, ...] = ()
    status: int = 0
    query: str = ""

    def json(self) -> dict[str, Any]:
        """The body, which the client sends as a JSON object."""
        parsed: dict[str, Any] = json.loads(self.body or b"{}")
        return parsed


ROUTES = [
    ("bucket", "GET", re.compile(r"/bucket/([^/]+)\Z")),
    ("lifecycle", "GET", re.compile(r"/bucket/([^/]+)/lifecycle\Z")),
    ("create", "POST", re.compile(r"/bucket\Z")),
    ("list", "POST", re.compile(r"/object/list-v2/([^/]+)\Z")),
    ("list_v1", "POST", re.compile(r"/object/list/([^/]+)\Z")),
    ("move", "POST", re.compile(r"/object/move\Z")),
    ("info", "GET", re.compile(r"/object/info/([^/]+)/(.+)\Z")),
    ("upload", "POST", re.compile(r"/object/([^/]+)/(.+)\Z")),
    ("download", "GET", re.compile(r"/object/([^/]+)/(.+)\Z")),
    ("delete", "DELETE", re.compile(r"/object/([^/]+)\Z")),
]


def error(status: int, error: str, message: str, *, on_the_wire: int = 400) -> Answer:
    """A failure as the server puts it."""
    body = {"statusCode": str(status), "error": error, "message": message, "code": error}
    return answer(body, on_the_wire)


def answer(body: object, status: int = 200) -> Answer:
    """A JSON body."""
    return Answer(status, json.dumps(body).encode(), {"content-type": "application/json; charset=utf-8"})


NO_BUCKET = error(404, "Bucket not found", "Bucket not found")
NO_OBJECT = error(404, "not_found", "Object not found")
DUPLICATE = error(409, "Duplicate", "The resource already exists")


class StorageApi:
    """Buckets behind the interface; `role` says what a token may do: service_role, anon or None.

    With `knows_versions` it is the server of the end of 2026; else one of before, as 1.70.6 was seen to be:
    it passes over every word about versions in a request.
    """

    def __init__(self, role: Callable[[str], str | None]) -> None:
        self.buckets: dict[str, Objects] = {}
        self.delete_limit = 1000
        self.largest_page = 1000
        self.wildcards = False
        self.knows_versions = False
        self.stuck: set[str] = set()
        self._role = role

    def answer(self, call: Call, removing: Callable[[list[str]], tuple[list[str], list[str]]]) -> Answer:
        """The answer to a request, its effect included.

        `removing` says of the keys of a deletion which to remove, and which to name as removed.
        """
        if call.kind == "unknown" or (call.kind == "lifecycle" and not self.knows_versions):
            body = {"message": f"Route {call.method}:{call.path} not found", "error": "Not Found"}
            return answer(body | {"statusCode": 404}, 404)
        token = call.headers.get("authorization")
        if token is None:
            return error(400, "Error", "headers must have required property 'authorization'")
        role = self._role(token.removeprefix("Bearer "))
        if role is None and call.kind not in ("download", "info"):
            return error(403, "Unauthorized", "Invalid Compact JWS")
        if call.kind == "delete":
            return self._delete(call, removing, role)
        handled: Answer = getattr(self, f"_{call.kind}")(call, role)
        return handled

    def _bucket(self, call: Call, role: str | None) -> Answer:
        (name,) = call.match
        if name not in self.buckets or role != "service_role":
            return NO_BUCKET
        times = {"created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z"}
        limits: dict[str, Any] = {"file_size_limit": None, "allowed_mime_types": None}
        if self.knows_versions:
            limits["versioning_status"] = self.buckets[name].history.status
        return answer({"id": name, "name": name, "owner": "", "public": False, **limits, **times})

    def _lifecycle(self, call: Call, role: str | None) -> Answer:
        rules = self.buckets[call.match[0]].history.rules
        if role != "service_role" or not rules:
            return error(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
        return answer({"rules": rules})

    def _create(self, call: Call, role: str | None) -> Answer:
        name = call.json()["id"]
        if role != "service_role":
            return error(403, "Unauthorized", "new row violates row-level security policy")
        if name in self.buckets:
            return DUPLICATE
        self.buckets[name] = Objects()
        self.buckets[name].history.status = call.json().get("versioning_status", "DISABLED")
        return answer({"name": name})

    def _list(self, call: Call, role: str | None) -> Answer:
        wanted = call.json()
        if unknown := set(wanted) - {"prefix", "limit", "cursor", "noncurrentVersions"}:
            return error(501, "NotImplemented", f"the test server knows no {unknown}: they lose rows")
        limit = wanted.get("limit", 1000)
        if limit < 1:
            return error(400, "Error", "body/limit must be >= 1")
        after = ""
        if "cursor" in wanted:
            match = re.match(r"l:(.*)", base64.b64decode(wanted["cursor"] + "==").decode(errors="replace"))
            if match is None:
                return error(400, "InvalidParameter", "Invalid Parameter continuation token")
            after = match[1]
        objects = self.buckets.get(call.match[0], Objects()) if role == "service_role" else Objects()
        limit = min(limit, self.largest_page)
        prefix = wanted.get("prefix", "")
        if self.knows_versions and wanted.get("noncurrentVersions") == "only":
            start, rows = int(after or 0), objects.history.rows(prefix)
            more = {"nextCursor": cursor_after(str(start + limit))} if len(rows) > start + limit else {}
            page: dict[str, Any] = {
                "hasNext": bool(more),
                "folders": [],
                "objects": rows[start : start + limit],
            }
            return answer(page | more)
        if self.wildcards:
            alike = re.compile(re.escape(prefix).replace("_", "."))
            keys = [key for key in sorted(objects) if key > after and alike.match(key)][: limit + 1]
        else:
            keys = objects.starting_with(prefix, after, limit + 1)
        page = {"hasNext": len(keys) > limit}
        keys = keys[:limit]
        if page["hasNext"]:
            page |= {"nextCursor": cursor_after(keys[-1]), "nextCursorKey": keys[-1]}
        return answer(page | {"folders": [], "objects": [objects[key].row(key) for key in keys]})

    def _list_v1(self, call: Call, role: str | None) -> Answer:
        """One level of folders, 100 entries unless told otherwise; the offset shifts while one deletes."""
        wanted = call.json()
        objects = self.buckets.get(call.match[0], Objects()) if role == "service_role" else Objects()
        prefix = wanted.get("prefix", "").rstrip("/")
        prefix = f"{prefix}/" if prefix else ""
        names: dict[str, dict[str, Any]] = {}
        for key in objects.starting_with(prefix, "", len(objects)):
            name, folder, _ = key.removeprefix(prefix).partition("/")
            empty = dict.fromkeys(("id", "created_at", "updated_at", "last_accessed_at", "metadata"))
            names[name] = {"name": name, **empty} if folder else objects[key].row(name)
        start = wanted.get("offset", 0)
        return answer([*names.values()][start : start + min(wanted.get("limit", 100), 1500)])

    def _upload(self, call: Call, role: str | None) -> Answer:
        bucket, key = call.match[0], unquote(call.match[1])
        key = re.sub("/+", "/", key).lstrip("/")
        if bucket not in self.buckets:
            return NO_BUCKET
        if role != "service_role":
            return error(403, "Unauthorized", "new row violates row-level security policy")
        if not _KEY.match(key):
            return error(400, "InvalidKey", f"Invalid key: {key}")
        if any(len(part) > 255 for part in key.split("/")):
            return error(500, "Internal", "Internal Server Error", on_the_wire=500)
        objects = self.buckets[bucket]
        if key in objects and call.headers.get("x-upsert") != "true":
            return DUPLICATE
        stored = _uploaded(call)
        if key in objects:
            stored.id, stored.created_at = objects[key].id, objects[key].created_at
        objects[key] = stored
        return answer({"Key": f"{bucket}/{key}", "Id": stored.id})

    def _download(self, call: Call, role: str | None) -> Answer:
        bucket, key = call.match[0], unquote(call.match[1])
        if bucket not in self.buckets:
            return NO_BUCKET
        if role != "service_role":
            return NO_BUCKET  # a private one; a public one would say not_found
        stored = self.buckets[bucket].get(key)
        version = parse_qs(call.query).get("versionId")
        if version and self.knows_versions and (stored is None or stored.version != version[0]):
            stored = self.buckets[bucket].history.find(key, version[0])
        if stored is None:
            return NO_OBJECT
        headers = {"content-type": stored.content_type, "etag": stored.etag}
        return Answer(200, stored.body, headers | {"cache-control": stored.cache_control})

    def _info(self, call: Call, role: str | None) -> Answer:
        found = self._download(call, role)
        if found.status != 200:
            return found
        key = unquote(call.match[1])
        stored = self.buckets[call.match[0]][key]
        row = {"id": stored.id, "name": key, "bucket_id": call.match[0], "size": len(stored.body)}
        return answer(row | {"etag": stored.etag, "content_type": stored.content_type, "metadata": {}})

    def _move(self, call: Call, role: str | None) -> Answer:
        wanted = call.json()
        source, target = wanted["sourceKey"], wanted["destinationKey"]
        objects = self.buckets.get(wanted["bucketId"], Objects()) if role == "service_role" else Objects()
        if not _KEY.match(target):
            return error(400, "InvalidKey", f"Invalid key: {target}")
        if source not in objects:
            return NO_OBJECT
        if target in objects and source != target:
            return DUPLICATE
        if source != target:
            objects.rename(source, target)
        return answer({"message": "Successfully moved"})

    def _delete(
        self, call: Call, removing: Callable[[list[str]], tuple[list[str], list[str]]], role: str | None
    ) -> Answer:
        keys = call.json()["prefixes"]
        if not keys:
            return error(400, "Error", "body/prefixes must NOT have fewer than 1 items")
        if len(keys) > self.delete_limit:
            limit = f"Bulk object requests are limited to {self.delete_limit} objects per request."
            return error(400, "InvalidRequest", limit)
        objects = self.buckets.get(call.match[0], Objects()) if role == "service_role" else Objects()
        there = [key for key in dict.fromkeys(keys) if key in objects and key not in self.stuck]
        removed, named = removing(there)
        rows = [{**objects[key].row(key), "bucket_id": call.match[0], "owner": ""} for key in named]
        for key in removed:
            del objects[key]
        return answer(rows)


def cursor_after(key: str, note: str = "") -> str:
    """Where the next page starts; a `note` makes another cursor of the same place."""
    return base64.b64encode(f"l:{key}{note and chr(10) + note}".encode()).decode()


def _uploaded(call: Call) -> StoredBody:
    """The file and the fields of a multipart form, as supabase-py sends them."""
    boundary = call.headers["content-type"].partition("boundary=")[2].encode()
    stored = StoredBody(b"")
    for part in call.body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        if b'filename="' in head:
            stored.body = content
            stored.content_type = (
                head.lower().partition(b"content-type:")[2].split(b"\r\n")[0].strip().decode()
            )
        elif b'name="cacheControl"' in head:
            stored.cache_control = f"max-age={content.decode()}"
    return stored
