"""TMX: what goes out comes back, other tools' files are read, and none of them does harm."""

import io
import re
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.translation.exchange.tmx import TmxFile, write_tmx
from langassets.translation.types import MemoryKey, Remembered

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
).filter(lambda text: not re.search(r"<x\d+/>", text))  # a tag that one side alone has is refused


def kept(
    text: str, translation: str, target: str = "he", origin: str = "model", recipe: str = "r1"
) -> Remembered:
    return Remembered(MemoryKey(text, "en", target, recipe), translation, "openai", "gpt-6-luna", origin)


def written(units: list[Remembered]) -> bytes:
    file = io.StringIO()
    write_tmx(units, file, version="1", made_at=NOW, source_language="en")
    return file.getvalue().encode()


def read(content: bytes | str, **options: object) -> tuple[list[Remembered], TmxFile]:
    data = content.encode() if isinstance(content, str) else content
    file = TmxFile(io.BytesIO(data), "en", **options)  # type: ignore[arg-type]
    return [one.kept for one in file], file


@given(st.lists(st.tuples(XML_TEXT, XML_TEXT), max_size=5))
def test_what_goes_out_comes_back(pairs: list[tuple[str, str]]) -> None:
    units = [
        kept(
            f"{source} <x1/>",
            f"<x1/> {target}\r\n\t.",
            origin=origin,
            recipe="" if origin != "model" else "r1",
        )
        for source, target in pairs
        if not re.search(r"<[A-Za-z/!?%]|\{[{%]|[$#]\{|script:|data:", target, re.IGNORECASE)
        for origin in ("model", "approved", "import")
    ]
    assert read(written(units))[0] == units


def test_is_valid_tmx() -> None:
    text = written([kept("Tom & <x1/>", "טום & <x1/>")]).decode()
    assert '<tmx version="1.4">' in text
    assert 'srclang="en"' in text
    assert 'creationdate="20261123T120000Z"' in text
    assert '<seg>Tom &amp; <ph x="1"/></seg>' in text


def test_what_xml_cannot_hold_stays_out() -> None:
    file = io.StringIO()
    units = [kept("a\x00b", "x"), kept("c", "y\ud800"), kept("d", "z")]
    assert write_tmx(units, file, version="1", made_at=NOW, source_language="en") == 1
    assert [unit.key.text for unit in read(file.getvalue())[0]] == ["d"]


OTHER_TOOL = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
  <header creationtool="another" srclang="EN-US" datatype="xml"><note>not a text</note></header>
  <body>
    <tu tuid="1"><prop type="project">p</prop>
      <tuv xml:lang="EN-US"><seg>Press <bpt i="1">&lt;b&gt;</bpt>Enter<ept i="1"/> <ph x="7">img</ph>
now</seg></tuv>
      <tuv xml:lang="he-IL"><seg><ph x="7">img</ph> הקש <bpt i="1"/>אנטר<ept i="1"/></seg></tuv>
      <tuv xml:lang="ar-SA"><seg>اضغط <hi type="bold">هنا</hi></seg></tuv>
    </tu>
    <tu><tuv lang="en"><seg>Hello</seg></tuv><tuv lang="pt_PT"><seg>Olá</seg></tuv>
      <tuv lang="ar-SA"><seg>مرحبا</seg></tuv></tu>
    <tu><tuv xml:lang="de"><seg>Hallo</seg></tuv><tuv xml:lang="he"><seg>שלום</seg></tuv></tu>
    <tu><tuv xml:lang="en"><seg>Empty</seg></tuv><tuv xml:lang="he"><seg>  </seg></tuv>
      <tuv xml:lang="!"><seg>?</seg></tuv></tu>
  </body>
</tmx>"""


def test_reads_what_other_tools_write() -> None:
    units, file = read(OTHER_TOOL, languages=("he", "ar", "pt-PT"), origin="approved")
    assert {(unit.key.text, unit.key.target_language, unit.translation) for unit in units} == {
        ("Press <x1/>Enter<x2/> <x3/>\nnow", "he", "<x3/> הקש <x1/>אנטר<x2/>"),
        ("Hello", "pt-PT", "Olá"),
        ("Hello", "ar", "مرحبا"),
    }
    assert {unit.origin for unit in units} == {"approved"}
    assert {unit.key.recipe for unit in units} == {""}
    assert sum(file.left_out.values()) == 4
    assert file.left_out["other codes in the translation than in the source"] == 1


def test_a_region_that_says_nothing_is_dropped() -> None:
    units, _ = read(OTHER_TOOL)
    assert {unit.key.target_language for unit in units} == {"he", "pt-PT", "ar-SA"}


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><tmx><body/></tmx>',
        '<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/hostname">]><tmx>&a;</tmx>',
        '<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><tmx/>',
    ],
)
def test_takes_no_entities(content: str) -> None:
    with pytest.raises(InputError, match="entities"):
        read(content)


@pytest.mark.parametrize(
    "translation",
    ["<script>alert(1)</script>", "<img src=x", "[שלום](javascript:alert(1))", "{{constructor}}", "<!--"],
)
def test_takes_nothing_that_would_run_in_a_browser(translation: str) -> None:
    sound, harmful = kept("Hello", "שלום", origin="approved"), kept("Hello", f"שלום {translation}")
    units, file = read(written([harmful, sound]))
    assert [unit.translation for unit in units] == ["שלום"]
    assert sum(file.left_out.values()) == 1
    # What a lesson itself has may stay.
    same = kept(f"Hello {translation}", f"שלום {translation}", origin="import", recipe="")
    assert read(written([same]))[0][0].translation == same.translation


@pytest.mark.parametrize("encoding", ["rot13", "big5", "cp037"])
def test_an_encoding_that_is_not_read_is_said(encoding: str) -> None:
    with pytest.raises(InputError, match="TMX file"):
        read(f'<?xml version="1.0" encoding="{encoding}"?><tmx/>')


def test_a_number_that_python_would_not_read_is_none() -> None:
    tag = f'<ph x="{"9" * 5000}"/>'
    sides = "".join(
        f'<tuv xml:lang="{code}"><seg>{text}{tag}</seg></tuv>' for code, text in (("en", "a"), ("fr", "b"))
    )
    units, _ = read(
        f'<tmx version="1.4"><header creationtool="langassets"/><body><tu>{sides}</tu></body></tmx>'
    )
    assert [unit.translation for unit in units] == ["b<x1/>"]


@pytest.mark.parametrize(
    "content", ["", "no XML at all", "<tmx><body><tu>", "<html></html>", "<tmx></body></tmx>"]
)
def test_says_that_a_file_is_no_tmx(content: str) -> None:
    with pytest.raises(InputError, match="no TMX file"):
        read(content)


def test_reads_other_encodings() -> None:
    text = OTHER_TOOL.replace("utf-8", "utf-16")
    assert len(read(text.encode("utf-16"))[0]) == len(read(OTHER_TOOL)[0])


def test_reads_a_large_file_a_unit_at_a_time() -> None:
    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.served = 0

        def read(self, size: int = -1) -> bytes:
            self.served += 1
            if self.served == 1:
                return b'<tmx version="1.4"><header srclang="en"/><body>'
            return (
                b'<tu><tuv xml:lang="en"><seg>A</seg></tuv><tuv xml:lang="he"><seg>B</seg></tuv></tu>' * 100
            )

    source = Endless()
    units = iter(TmxFile(source, "en"))  # type: ignore[arg-type]
    for _ in range(250):
        next(units)
    assert source.served == 4


def unit(*variants: tuple[str, str]) -> str:
    sides = "".join(f'<tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in variants)
    return f'<tmx version="1.4"><header srclang="en"/><body><tu>{sides}</tu></body></tmx>'


EN, BR, PT = ("en", "Bus stop"), ("pt-BR", "Ponto de ônibus"), ("pt-PT", "Paragem de autocarro")
TW, HK, CN = ("zh-TW", "公車站"), ("zh-HK", "巴士站"), ("zh-CN", "公交车站")
NO, NB, NN = ("no", "Bussholdeplass"), ("nb", "Busstopp"), ("nn", "Busstoppen")


@pytest.mark.parametrize(
    ("variants", "used", "served"),
    [
        ([BR, PT], ["pt-PT"], {"pt-PT": PT, "pt": BR}),
        ([BR, PT], ["pt-BR"], {"pt-BR": BR, "pt-PT": PT}),
        ([BR, PT], ["pt-BR", "pt-PT"], {"pt-BR": BR, "pt-PT": PT}),
        # CLDR: Portuguese is Brazil's unless told otherwise.
        ([BR, PT], ["pt"], {"pt": BR, "pt-PT": PT}),
        ([TW, HK, CN], ["zh-Hant"], {"zh-Hant": TW, "zh-HK": HK, "zh": CN}),
        ([TW, HK, CN], ["zh-HK"], {"zh-HK": HK, "zh-TW": TW, "zh": CN}),
        ([TW, HK, CN], ["zh"], {"zh": CN, "zh-TW": TW, "zh-HK": HK}),
        ([NO, NB, NN], ["nb"], {"nb": NB, "no": NO, "nn": NN}),
        ([NB, NN], ["no"], {"no": NB, "nn": NN}),
        ([NN], ["no"], {"nn": NN}),
        ([("arb", "موقف"), ("cmn", "车站")], ["ar", "zh"], {"ar": ("", "موقف"), "zh": ("", "车站")}),
        (
            [("swh", "Kituo"), ("zsm", "Perhentian")],
            ["sw", "ms"],
            {"sw": ("", "Kituo"), "ms": ("", "Perhentian")},
        ),
    ],
)
def test_the_exact_variant_serves_in_whatever_order_they_stand(
    variants: list[tuple[str, str]], used: list[str], served: dict[str, tuple[str, str]]
) -> None:
    for ordered in permutations([EN, *variants]):
        units, _ = read(unit(*ordered), languages=used)
        found = [(one.key.target_language, one.translation) for one in units]
        assert sorted(found) == sorted((tag, text) for tag, (_, text) in served.items())


def test_a_near_variant_says_so() -> None:
    [one] = TmxFile(io.BytesIO(unit(EN, BR).encode()), "en", ["pt-PT"], "approved")
    assert (one.kept.key.target_language, one.variant, one.kept.origin) == ("pt-PT", "pt-BR", "import")
    for same in (("he-IL", "he"), ("zh-TW", "zh-Hant"), ("cmn", "zh"), ("nb", "no")):
        found = list(TmxFile(io.BytesIO(unit(EN, (same[0], "x")).encode()), "en", [same[1]]))
        assert [(one.kept.key.target_language, one.variant) for one in found] == [(same[1], "")]


def test_one_language_twice_in_a_unit_is_said() -> None:
    units, file = read(unit(EN, BR, ("pt_BR", "Parada")), languages=["pt-BR"])
    assert [one.translation for one in units] == [BR[1]]
    assert sum(file.left_out.values()) == 1
