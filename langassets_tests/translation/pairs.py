"""Sound translations by hand, in several languages, for tests that spoil them one way at a time."""

from dataclasses import dataclass

from langassets.translation.types import Segment


@dataclass(frozen=True, slots=True)
class Sound:
    """A segment and a translation that nothing is wrong with."""

    language: str
    segment: Segment
    translation: str


SENTENCE = Segment(
    "Run <x1/> with at most 3 workers, then read the [list of 12 errors](<x2/>) in **bold** type.",
    ("`make`", "errors.md"),
)
TITLE = Segment("Before you begin")
SHORT = Segment("Choose the number of workers that fits your machine best.")

SOUND = [
    Sound(
        "he",
        SENTENCE,
        "הריצו את <x1/> עם 3 עובדים לכל היותר, ואז קראו את [רשימת 12 השגיאות](<x2/>) בכתב **מודגש**.",
    ),
    Sound(
        "ar",
        SENTENCE,
        "شغّل <x1/> مع ٣ عمال على الأكثر، ثم اقرأ [قائمة الأخطاء الـ١٢](<x2/>) بالخط **العريض**.",
    ),
    Sound(
        "fr",
        SENTENCE,
        "Lancez <x1/> avec au plus 3 ouvriers, puis lisez la [liste des 12 erreurs](<x2/>) en **gras**.",
    ),
    Sound(
        "es",
        SENTENCE,
        "Ejecute <x1/> con 3 procesos como máximo y lea la [lista de 12 errores](<x2/>) en **negrita**.",
    ),
    Sound(
        "de",
        SENTENCE,
        "Rufen Sie <x1/> mit bis zu 3 Helfern auf und lesen Sie die [Liste der 12 Fehler](<x2/>) **genau**.",
    ),
    Sound(
        "ru",
        SENTENCE,
        "Запустите <x1/> не более чем с 3 рабочими и прочтите **жирный** [список из 12 ошибок](<x2/>).",
    ),
    Sound(
        "zh-CN",
        SENTENCE,
        "最多使用 3 个工作进程运行 <x1/>，然后阅读以**粗体**显示的 [12 个错误的列表](<x2/>)。",
    ),
    Sound(
        "ja",
        SENTENCE,
        "最大 3 個のワーカーで <x1/> を実行し、次に **太字** の[12 件のエラーの一覧](<x2/>)を読みます。",
    ),
    Sound(
        "hi", SENTENCE, "अधिकतम ३ वर्कर के साथ <x1/> चलाएँ, फिर **मोटे** अक्षरों में [१२ त्रुटियों की सूची](<x2/>) पढ़ें।"
    ),
    Sound("he", TITLE, "לפני שמתחילים"),
    Sound("ar", TITLE, "قبل أن تبدأ"),
    Sound("fr", TITLE, "Avant de commencer"),
    Sound("de", TITLE, "Bevor es losgeht"),
    Sound("he", SHORT, "בחרו את מספר העובדים שמתאים ביותר למחשב שלכם."),
    Sound("fr", SHORT, "Choisissez le nombre d'ouvriers qui convient le mieux à votre machine."),
    # Where no spaces are written, marks touch signs and letters (see `markdown.marks`).
    Sound(
        "zh-CN",
        Segment("**Note:** what follows is important for everybody."),
        "**注意：**以下内容对每个人都很重要。",
    ),
    Sound("ja", Segment("**<x1/>** returns a new list.", ("`map`",)), "**<x1/>**は新しいリストを返します。"),
    Sound(
        "ja", Segment('Use a *"loop"* and ~~(not)~~ this.'), "ここでは*「ループ」*と~~（これ）~~を使います。"
    ),
    Sound("zh-CN", Segment("The _loop_ is a __statement__."), "_循环_是一种__语句__。"),
    Sound("he", Segment("The _loop_ ends."), "ה_לולאה_ נגמרת."),
    Sound("ko", Segment("A **function** is called."), "**함수(function)**는 호출됩니다."),
    # Armenian has a full stop of its own, and marks a question within a word.
    Sound("hy", Segment("Install the package with one command."), "Տեղադրեք փաթեթը մեկ հրամանով։"),
    Sound("hy", Segment("How do you install the package?"), "Ինչպե՞ս տեղադրել փաթեթը"),
]

WITH_PARTS = [sound for sound in SOUND if sound.segment is SENTENCE]
