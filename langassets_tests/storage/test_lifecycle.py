"""What a lifecycle rule would remove."""

from typing import Any

import pytest

from langassets.storage.lifecycle import kept_for, rule_of

OURS = ["archive/", "he/lessons/"]
OLD = {"noncurrentVersionExpiration": {"noncurrentDays": 30, "newerNoncurrentVersions": 2}}


@pytest.mark.parametrize(
    ("rule", "below"),
    [
        (OLD | {"filter": {}}, None),
        ({"expiration": {"expiredObjectDeleteMarker": True}}, None),
        ({"abortIncompleteMultipartUpload": {"daysAfterInitiation": 1}}, None),
        ({"expiration": {"days": 30}}, "archive/"),
        ({"expiration": {"days": 30}, "filter": {"prefix": "arch"}}, "archive/"),
        ({"expiration": {"days": 30}, "filter": {"prefix": "archive/fr/"}}, "archive/"),
        ({"expiration": {"days": 30}, "filter": {"and": {"prefix": "h", "tags": []}}}, "he/lessons/"),
        ({"expiration": {"date": "2027-01-01"}, "prefix": "he/lessons/1/"}, "he/lessons/"),
        ({"expiration": {"days": 30}, "filter": {"prefix": "media/"}}, None),
        ({"expiration": {"days": 30}, "filter": {"prefix": "heb/"}}, None),
        ({"expiration": {"days": 30}, "status": "Disabled"}, None),
        ({"somethingNew": {"days": 30}}, "archive/"),
        (OLD | {"expiration": {"days": 1}}, "archive/"),
    ],
)
def test_what_it_would_remove(rule: dict[str, Any], below: str | None) -> None:
    assert rule_of({"id": "one", "status": "Enabled"} | rule).removes_below(OURS) == below


def test_how_long_versions_are_kept() -> None:
    sparing = rule_of({"id": "sparing", "status": "Enabled"} | OLD)
    strict = rule_of({"id": "strict", "noncurrentVersionExpiration": {"noncurrentDays": 90}})
    off = rule_of({"id": "off", "status": "Disabled", "noncurrentVersionExpiration": {"noncurrentDays": 1}})
    part = rule_of({"prefix": "x/", "noncurrentVersionExpiration": {"noncurrentDays": 1}})
    assert kept_for([]) is kept_for([off, part]) is None
    assert kept_for([sparing, off, part]) is sparing
    assert kept_for([sparing, strict]) is strict
