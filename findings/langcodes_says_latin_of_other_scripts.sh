#!/usr/bin/env bash
# The script of a language, by langcodes, is Latin for hundreds of languages that nobody writes so; what derives the
# direction of text from it sets Southern Pashto, Assyrian or Biblical Hebrew from left to right.
#
# langcodes 3.5.1 with language-data 1.4.0: where its likely subtags lack a language, `maximize()` fills in those of
# `und`, English's own (`pbt` becomes `pbt-Latn-US`), and says nothing of having guessed. `grc` becomes `grc-Cprt-CY`:
# Ancient Greek in the Cypriot syllabary. Babel 2.19.0 carries CLDR's whole list, in which `pbt` is `pbt_Arab_AF` and
# `grc` is `grc_Grek_GR`. Counted here: languages without a region or script of their own in the tag that Babel's list
# has in another script than langcodes says: 727 of 7,284, of which 170 are written from right to left.
#
# Fails if that changes. Needs Python 3.11 or newer and PyPI; nothing is left behind.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "langcodes==3.5.1" "language-data==1.4.0" "babel==2.19.0" "fonttools==4.60.1"
cat > "$work/scripts.py" <<'PY'
import sys
from importlib.metadata import version

import langcodes
from babel.core import get_global
from fontTools.unicodedata import script_horizontal_direction

likely = {code: tag.split("_")[1] for code, tag in get_global("likely_subtags").items() if "_" not in code}
other, turned = [], []
for code, script in sorted(likely.items()):
    if code == "und":
        continue
    said = langcodes.get(code).maximize().script
    if said != script:
        other.append(code)
        if said == "Latn" and script_horizontal_direction(script, "LTR") == "RTL":
            turned.append(code)
print(", ".join(f"{name} {version(name)}" for name in ("langcodes", "language-data", "babel", "fonttools")))
for code in ("pbt", "aii", "hbo", "grc", "har"):
    print(f"{code}: langcodes {langcodes.get(code).maximize()}, CLDR by Babel {likely[code]}")
print(f"{len(other)} of {len(likely)} languages in another script, {len(turned)} of them right-to-left made left-to-right")
sys.exit(0 if len(other) > 500 and {"pbt", "aii", "hbo"} <= set(turned) and "grc" in other else 1)
PY
"$work/venv/bin/python" "$work/scripts.py"
