#!/usr/bin/env bash
# The ids that mdit-py-plugins gives headings in Hindi, Bengali, Tamil and Thai lack their vowel signs: they are not
# GitHub's, and different words come to share one.
#
# mdit-py-plugins 0.7.0 (`anchors_plugin`, whose slugs are said to be GitHub's) keeps what Python's `\w` matches, and
# `\w` has no combining marks (Unicode's Mn and Mc). github-slugger 2.0.0, as GitHub itself, keeps them. Seen: "दिन"
# (day) and "दान" (gift) are both "दन" in the one, "दिन" and "दान" in the other; Latin, Greek, Hebrew without points,
# Arabic without marks, Chinese and Japanese are the same in both.
#
# Fails if that changes. Needs PyPI and npm; nothing is left behind.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "mdit-py-plugins==0.7.0" "markdown-it-py==4.3.0"
(cd "$work" && echo '{"private": true}' > package.json && npm install --silent --no-audit --no-fund github-slugger@2.0.0)
cat > "$work/slugs.mjs" <<'JS'
import { slug } from 'github-slugger'
console.log(JSON.stringify(JSON.parse(process.argv[2]).map((text) => slug(text))))
JS
cat > "$work/slugs.py" <<'PY'
import json, subprocess, sys
from importlib.metadata import version
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

INDIC = ["दिन", "दान", "দুটি শব্দ", "இரண்டு சொற்கள்", "ที่นี่"]
OTHERS = ["Two words", "Δύο λέξεις", "שתי מילים", "كلمتان", "两个字", "二つの言葉"]


def by_plugin(text: str) -> str:
    tokens = MarkdownIt().use(anchors_plugin).parse(f"# {text}")
    return str(tokens[0].attrs["id"])


done = subprocess.run(
    ["node", "slugs.mjs", json.dumps(INDIC + OTHERS)], cwd=sys.argv[1], capture_output=True, text=True, check=True
)
by_github = dict(zip(INDIC + OTHERS, json.loads(done.stdout), strict=True))
print(f"mdit-py-plugins {version('mdit-py-plugins')}, github-slugger 2.0.0")
for text in INDIC + OTHERS:
    same = "" if by_plugin(text) == by_github[text] else "   differs"
    print(f"{text}: {by_plugin(text)} / {by_github[text]}{same}")
shared = by_plugin(INDIC[0]) == by_plugin(INDIC[1])
differs = all(by_plugin(text) != by_github[text] for text in INDIC)
agrees = all(by_plugin(text) == by_github[text] for text in OTHERS)
sys.exit(0 if shared and differs and agrees else 1)
PY
"$work/venv/bin/python" "$work/slugs.py" "$work"
