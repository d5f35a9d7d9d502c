#!/usr/bin/env bash
# One name of a language, by langcodes, takes hundreds of megabytes where bytecode is not kept.
#
# language-data 1.4.0 (which langcodes 3.5.1 takes its names from) is Python source: `name_data.py` is one dictionary of
# 4.6 MB, and compiling it takes ten times the memory of having it. Where bytecode may be written it is paid once, at
# the first start after an install. With PYTHONDONTWRITEBYTECODE=1, or in an image whose file system is read-only to
# the process (both are custom in containers), every process that asks for one name pays it, and each time. Seen with
# CPython 3.11: a peak of 330 to 350 MB without bytecode, 40 to 50 MB with it, and some 7 times the processor time.
#
# Fails if that changes. Needs Python 3.11 or newer and PyPI, on Linux; nothing is left behind.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile "langcodes==3.5.1" "language-data==1.4.0"
cat > "$work/name.py" <<'PY'
import resource

import langcodes

name = langcodes.get("pt-BR").display_name("en")
used = resource.getrusage(resource.RUSAGE_SELF)
print(name, used.ru_maxrss // 1024, round(used.ru_utime + used.ru_stime, 2))
PY
"$work/venv/bin/python" -c 'import sys; from importlib.metadata import version as v; print("CPython", sys.version.split()[0] + ",", "langcodes", v("langcodes") + ",", "language-data", v("language-data"))'
# Twice without: it is no warming up of files.
for _ in 1 2; do without=$(PYTHONDONTWRITEBYTECODE=1 "$work/venv/bin/python" "$work/name.py"); done
"$work/venv/bin/python" "$work/name.py" > /dev/null
with=$("$work/venv/bin/python" "$work/name.py")
echo "without bytecode: $without (name, MB at the peak, seconds of the processor)"
echo "with bytecode:    $with"
read -r -a first <<< "${without##*) }"
read -r -a second <<< "${with##*) }"
[ "${first[0]}" -gt 250 ] && [ "${first[0]}" -gt $((4 * second[0])) ]
