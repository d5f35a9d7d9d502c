"""Recognises a new sentence that a tool has put before what was left of the old one.

translate-toolkit 3.20, and what is built on it, sets a plain target by replacing the text before its first
placeholder: the placeholders, and all that stood between and behind them, stay. No check of translations can
see it, for no placeholder is lost.
"""

from langassets.translation.markdown.escaping import TAG

# So much of the letters is a sentence. One that also lacks the blank before the tag, or ends as the whole
# does, was not meant as a beginning; where nothing stood before the tag, its length alone has to tell.
_MOST = 0.75


def has_old_rest(text: str, old: str) -> bool:
    """Whether `text` has from its first tag on what the translation `old` has there, words included, while
    what stands before it is a whole sentence by itself."""
    [head, *rest], [old_head, *old_rest] = TAG.split(text), TAG.split(old)
    left = sum(map(_letters, old_rest))
    if head == old_head or rest != old_rest or not left:
        return False
    glued = old_head[-1:].isspace() and not head[-1:].isspace()
    ended = _end(head) == _end(old) != _end(old_head)
    return _letters(head) >= _MOST * (_letters(old_head) + left) and (glued or ended or not old_head)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _end(text: str) -> str:
    """The mark that a text ends with, if it does."""
    last = text.rstrip()[-1:]
    return "" if last.isalnum() else last
