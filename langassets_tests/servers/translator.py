"""What the test servers' models know: a deterministic translator whose output passes every sound check.

Each word of the source becomes a real word of the target, of about its length, always the same one for
the same word; tags, marks, numbers and punctuation stay, and so does a 'not'; Spanish opens what it asks. It
means nothing, and it looks like a translation: its language, script and length are right.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

_WORDS = {
    "es": """a y o de la el en un es lo se por con una para más este como pero todo esta bien cada desde
        sobre entre donde cuando puede hacer nuevo parte mundo tiempo manera siempre también trabajo
        ejemplo proceso archivo usuario sistema proyecto servicio contenido siguiente lecciones
        resultado aplicación importante desarrollo información herramientas configuración documentación
        características responsabilidades internacionalización""",
    "pt": """e o da do em um uma não são está até com para mais isto como mas tudo bem cada desde sobre
        então onde quando pode fazer novo parte mundo tempo maneira sempre também trabalho ligação
        exemplo processo arquivo usuário sistema projeto serviço conteúdo seguinte lições avançar
        resultado aplicação importante desenvolvimento informação ferramentas configuração documentação
        características responsabilidades internacionalização""",
    "fr": """à y a de la le en un et ce se par avec une pour plus cette comme mais tout être bien chaque
        depuis entre quand peut faire nouveau partie monde temps manière toujours aussi travail exemple
        fichier système projet service contenu suivant leçons résultat application développement
        informations utilisateur configuration documentation caractéristiques responsabilités
        internationalisation""",
    "he": """א ב של את זה על עם לא כל גם יש או הוא היא אני מה כדי אשר יותר אפשר כאשר חדש זמן עולם עבודה
        תמיד מערכת קובץ משתמש שירות פרויקט תוכן שיעור דוגמה תהליך תוצאה פיתוח מידע הגדרות מסמכים
        אפליקציה התקנה חשובים פעולות ראשונה באמצעות האפשרויות משתמשים ההוראות להשתמש המערכות
        התקדמותנו והשתמשויות""",
    "ar": """و ف من في ما لا أن هو هي على مع هذا كل أو إلى التي عند كان قد جديد عمل وقت عالم دائما نظام
        ملف مستخدم خدمة مشروع محتوى درس مثال عملية نتيجة تطوير معلومات إعدادات وثائق تطبيق تثبيت
        مهمة خطوات الأولى باستخدام الخيارات المستخدمين التعليمات الاستخدام المعلومات الاحتياجات
        المسؤوليات استخداماتها""",
    "ru": """и в на не что он с как это по из за от для так все мы бы уже или при где когда новый время
        может работа всегда система файл проект сервис пример процесс результат развитие информация
        настройка документы приложение следующий содержание пользователь инструменты возможности
        конфигурация документация характеристики ответственность""",
}
_NEGATIONS = {"es": "no", "pt": "não", "fr": "pas", "he": "לא", "ar": "لا", "ru": "не"}
_TOKEN = re.compile(r"(</?x\d+/?>|&#?\w+;|\\.)|[^\W\d_]+(?:['’][^\W\d_]+)*")
# From the first letter of a sentence to the mark at its end.
_ASKED_OR_CALLED = re.compile(r"[^\W\d_](?:[^.?!]|[.?!](?=[^\s\"')*_]))*?([?!])")


def translate(text: str, target_language: str, terms: Mapping[str, str | None] | None = None) -> str:
    """`text` in words of `target_language` (Spanish ones where it has none here); `terms` as they are set."""
    language = target_language.split("-")[0]
    if not terms:
        return _plain(text, language)
    longest_first = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    parts = re.split(rf"(?<!\w)({longest_first})(?!\w)", text)
    return "".join((terms[part] or part) if part in terms else _plain(part, language) for part in parts)


def _plain(text: str, language: str) -> str:
    words = _TOKEN.sub(lambda token: token[0] if token[1] else _word(token[0], language), text)
    if language != "es":
        return words
    return _ASKED_OR_CALLED.sub(lambda found: ("¿" if found[1] == "?" else "¡") + found[0], words)


@lru_cache(maxsize=50_000)
def _word(source: str, language: str) -> str:
    words = _WORDS.get(language, _WORDS["es"]).split()
    nearest = sorted(words, key=lambda word: (abs(len(word) - len(source)), word))[:4]
    number = int.from_bytes(hashlib.md5(source.lower().encode()).digest()[:4], "big")
    word = nearest[number % len(nearest)]
    if source.lower() in ("not", "never", "cannot") or source.lower().endswith(("n't", "n’t")):
        word = _NEGATIONS.get(language, _NEGATIONS["es"])
    if source.isupper() and len(source) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if source[0].isupper() else word
