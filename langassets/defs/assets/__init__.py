from typing import TYPE_CHECKING

from langassets import lazy

if TYPE_CHECKING:
    from langassets.defs.assets import cleaned_storage_state as cleaned_storage_state
    from langassets.defs.assets import frequent_language_tier as frequent_language_tier
    from langassets.defs.assets import language_usage_stats as language_usage_stats
    from langassets.defs.assets import lessons as lessons
    from langassets.defs.assets import preloaded_translations as preloaded_translations
    from langassets.defs.assets import tier_policy_backtest as tier_policy_backtest

__getattr__ = lazy.submodules(__name__)
