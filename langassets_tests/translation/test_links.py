"""Addresses are found where a renderer finds them, never in code, and lead below the lessons' folder."""

from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.markdown.links import (
    Target,
    addresses_in,
    may_lead_to_files,
    relative_address,
    target_of,
    with_addresses,
)

SOURCE = """---
title: A leaf
cover: images/cover.png
---
# A [leaf](leaf.md#parts "Parts")

![One](images/one.png) and ![two](<images/two parts.png>), `![no](images/no.png)`, [ref][r].

> - [quoted\\_](a\\_b.pdf)

| a | b |
| - | - |
| ![t](t.svg) | x |

<figure><img alt="x" src="html.webp"><a href='page.html'>x</a></figure>

    ![no](images/indented.png)

```
![no](images/fenced.png)
[r]: not.png
```

An <img src=inline.gif> here.

[r]: defined.jpg "Title"
[unused]: also.jpg
"""
FOUND = [
    "images/cover.png",
    "leaf.md#parts",
    "images/one.png",
    "images/two parts.png",
    "a_b.pdf",
    "t.svg",
    "html.webp",
    "page.html",
    "inline.gif",
    "defined.jpg",
    "also.jpg",
]


def test_addresses_are_found_where_a_renderer_finds_them() -> None:
    assert [address.text for address in addresses_in(SOURCE)] == FOUND
    assert all(SOURCE[start:end].replace("\\", "") == text for start, end, text in addresses_in(SOURCE))
    assert may_lead_to_files(SOURCE)


def test_what_is_not_an_address_stays_byte_for_byte() -> None:
    changed = with_addresses(SOURCE.replace("\n", "\r\n"), lambda address: f"x/{address}")
    assert changed.replace("x/", "").replace("a_b", "a\\_b") == SOURCE.replace("\n", "\r\n")
    assert with_addresses(SOURCE, lambda _: None) == SOURCE


def test_relative_addresses_lead_below_the_folder() -> None:
    assert target_of("../images/a%20b.png?x#y", "one/two.md") == Target("images/a b.png", "?x#y")
    assert target_of("./c.md", "b.md") == Target("c.md", "")
    elsewhere = ("https://a.example/b.png", "/b.png", "#top", "mailto:a@b.c", "../../b.png", "", "{{ url }}")
    assert [target_of(address, "one/two.md") for address in elsewhere] == [None] * len(elsewhere)


_CHARACTERS = st.characters(codec="utf-8", exclude_characters="/", exclude_categories=["Cc"])
_NAME = st.text(_CHARACTERS, min_size=1)
_PATH = st.lists(_NAME.filter(lambda name: name not in (".", "..")), min_size=1, max_size=4).map("/".join)


@given(_PATH, _PATH)
def test_the_address_of_a_target_leads_to_it(path: str, lesson: str) -> None:
    assert target_of(relative_address(Target(path, "#x"), lesson), lesson) == Target(path, "#x")
