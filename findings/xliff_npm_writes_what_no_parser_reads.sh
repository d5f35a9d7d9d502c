#!/usr/bin/env bash
# npm's xliff 6.4.0, XLIFF 2: reading a valid file and writing it back (xliff2js, then js2xliff) gives a file that
# is not well-formed XML wherever an extension attribute was used, as the standard allows on a unit: the attribute
# stays and the declaration of its namespace goes. Beside that <cp/> is dropped without a word, xml:space="preserve"
# and the categories of notes are gone, and each inline <ph/> is set on an indented line of its own, so that the text
# of source and target is another one. What carries data through this tool has to stand in the unit's id.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund xliff@6.4.0
cat >in.xlf <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" xmlns:my="urn:example:mine" version="2.1" srcLang="en" trgLang="es">
<file id="f1"><unit id="u1" my:key="k-1"><notes><note category="why">short</note></notes><segment>
<source xml:space="preserve">Open <ph id="1"/> now<cp hex="0002"/>.</source>
<target xml:space="preserve">Abre <ph id="1"/> ya<cp hex="0002"/>.</target>
</segment></unit></file></xliff>
X
cat >try.cjs <<'X'
const fs = require("fs");
const read = require("xliff/cjs/xliff2js"), write = require("xliff/cjs/js2xliff");
(async () => {
  const held = await (read.default || read)(fs.readFileSync("in.xlf", "utf8"));
  fs.writeFileSync("out.xlf", await (write.default || write)(held));
})();
X
node try.cjs
python3 - <<'X'
import xml.dom.minidom, xml.parsers.expat
xml.dom.minidom.parse("in.xlf")
text = open("out.xlf", encoding="utf-8").read()
try:
    xml.dom.minidom.parse("out.xlf")
except xml.parsers.expat.ExpatError as error:
    seen = str(error)
else:
    raise SystemExit("changed: what it writes is well-formed now")
assert "unbound prefix" in seen, seen
assert 'my:key="k-1"' in text and "urn:example:mine" not in text
assert "<cp" not in text and "xml:space" not in text and "category" not in text
assert "Open \n" in text, "changed: text is not indented any more"
print("xliff 6.4.0:", seen, "| cp, xml:space and note categories dropped, text indented")
X
