from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.translation.providers import gemini as gemini
    from langassets.translation.providers import openai as openai
    from langassets.translation.providers import opening as opening

__getattr__ = lazy.submodules(__name__)
