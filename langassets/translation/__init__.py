from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.translation import cost as cost
    from langassets.translation import documents as documents
    from langassets.translation import engine as engine
    from langassets.translation import glossary as glossary
    from langassets.translation import providers as providers
    from langassets.translation import recipes as recipes

__getattr__ = lazy.submodules(__name__)
