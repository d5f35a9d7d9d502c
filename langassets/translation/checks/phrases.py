"""What models say when they do not translate, or before they do, by language: regular expressions.

A phrase is in only when no lesson says it by the way; the checks ask besides that the source says nothing
of the kind.
"""

from collections.abc import Mapping

REFUSALS: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"\bas an? (?:AI|artificial|large language|language model)",
        r"\bI(?:['’]| a)m (?:sorry|unable|not able|just an? AI)\b",
        r"\bI (?:can(?:no|['’])t|could not|won['’]t|must decline)(?: to)? (?:\w+ )?"
        r"(?:assist|help|translate|provide|comply|fulfil|do that|continue)",
        r"\b(?:sorry|apologi[sz]e),? (?:but|I)\b",
    ),
    "he": (
        r"אני מצטער",
        r"מצטער(?:ת|ים)?,? (?:אבל|אך|אני|איני|אינני)",
        r"(?:איני|אינני|אני לא|לא) (?:יכולה?|מסוגלת?) (?:לתרגם|לעזור|לסייע|לספק)",
        r"אין באפשרותי",
        r"כמודל שפה|כבינה מלאכותית",
    ),
    "ar": (
        r"أعتذر|أنا آسف|آسف،|عذر[اًا]+،",
        r"لا (?:أستطيع|يمكنني) (?:ال)?(?:ترجمة|مساعدة|تقديم|تلبية)",
        r"كنموذج لغ|بصفتي نموذج|كذكاء اصطناعي",
    ),
    "fr": (
        r"\bje suis désolée?\b|\bdésolée?, (?:mais|je)\b",
        r"\bje ne peux pas (?:vous )?(?:traduire|aider|fournir|répondre)",
        r"\ben tant qu['’](?:IA|intelligence artificielle)|\ben tant que modèle",
    ),
    "es": (
        r"\blo siento,",
        r"\bno puedo (?:traducir|ayudar|proporcionar|cumplir)",
        r"\bcomo (?:modelo de lenguaje|una? IA)\b",
    ),
    "de": (
        r"\bes tut mir leid",
        r"\bich kann (?:\w+ )?(?:leider )?nicht (?:übersetzen|helfen)",
        r"\bals (?:KI|Sprachmodell)\b",
    ),
    "pt": (
        r"\bdesculpe,? (?:mas|não|eu)\b",
        r"\bnão posso (?:traduzir|ajudar|fornecer)",
        r"\bcomo (?:um )?modelo de linguagem",
    ),
    "it": (r"\bmi dispiace,", r"\bnon posso (?:tradurre|aiutar|fornire)", r"\bcome modello linguistico"),
    "ru": (
        r"извините, (?:но|я)\b",
        r"я не могу (?:перевести|помочь|предоставить|выполнить)",
        r"как (?:языковая модель|ИИ\b)",
    ),
    "uk": (r"вибачте, (?:але|я)\b", r"я не можу (?:перекласти|допомогти|надати)"),
    "zh": (
        r"抱歉[，,]|很抱歉",
        r"我(?:无法|不能)(?:翻译|提供|帮助|协助)",
        r"作为(?:一个)?(?:AI|人工智能|语言模型)",
    ),
    "ja": (r"申し訳(?:ありません|ございません)", r"翻訳(?:できません|することはできません)"),
    "ko": (r"죄송(?:합니다|하지만)", r"번역할 수 없"),
    "fa": (r"متأسفم", r"نمی\u200c?توانم (?:ترجمه|کمک)"),
    "tr": (r"\büzgünüm\b", r"\bmaalesef (?:çevir|yardım)"),
    "pl": (r"\bprzepraszam, (?:ale|nie)\b", r"\bnie mogę (?:przetłumaczyć|pomóc)"),
    "nl": (r"\bhet spijt me\b", r"\bik kan (?:\w+ )?niet (?:vertalen|helpen)"),
    "hi": (r"क्षमा करें|माफ़ करें", r"अनुवाद नहीं कर सकत"),
}

PREAMBLES: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"(?:sure|certainly|of course|absolutely)[,!]",
        r"(?:here(?:['’]s| is| are)|below is|this is) (?:the|your|a|my) (?:\w+ ){0,3}translat",
        r"(?:the )?(?:translation|translated(?: text)?)(?: (?:in|into|to) \w+)?\s*:",
    ),
    "he": (
        r"(?:הנה|להלן|זהו) (?:ה?תרגום|הטקסט המתורגם)",
        r"(?:ה?תרגום|טקסט מתורגם)\s*:",
        r"(?:בטח|בוודאי)[,!]",
    ),
    "ar": (
        r"(?:إليك|هذه هي|فيما يلي|هذا هو) (?:ال)?(?:ترجمة|نص المترجم)",
        r"(?:(?:ال)?ترجمة|النص المترجم)\s*:",
        r"بالتأكيد[،,!]",
    ),
    "fr": (r"(?:voici|voilà) (?:la|le|votre|une) (?:texte )?tradu", r"(?:traduction|texte traduit)\s*:"),
    "es": (
        r"(?:aquí (?:está|tienes?)|esta es) (?:la|el|tu|su) (?:texto )?tradu",
        r"(?:traducción|texto traducido)\s*:",
    ),
    "de": (r"(?:hier ist|dies ist) die übersetzung", r"übersetzung\s*:"),
    "pt": (r"(?:aqui está|esta é) a tradução", r"tradução\s*:"),
    "it": (r"ecco la traduzione", r"traduzione\s*:"),
    "ru": (r"вот перевод", r"перевод\s*:"),
    "zh": (r"(?:以下是|这是).{0,6}(?:翻译|译文)", r"(?:翻译|译文)\s*[:：]"),
    "ja": (r"(?:以下は|これは).{0,8}翻訳", r"翻訳\s*[:：]"),
    "ko": (r"(?:다음은|여기).{0,8}번역", r"번역\s*[:：]"),
}

AFTERWORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"(?:translator(?:['’]?s)?|translation) notes?\b",
        r"note on (?:the )?translation",
        r"let me know if",
        r"i hope this helps",
    ),
    "he": (r"הערת (?:ה?מתרגם|תרגום)",),
    "ar": (r"ملاحظة (?:ال)?مترجم",),
    "fr": (r"note du traducteur",),
    "es": (r"nota del traductor",),
}
