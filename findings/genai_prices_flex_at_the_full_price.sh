#!/usr/bin/env bash
# genai-prices answers with the full price where it is asked for a cheaper tier that it has no price of, and says
# nothing: an estimate or a bill of requests in that tier is then twice what the provider takes.
#
# genai-prices 0.2.3: of Gemini's text models that it says "Batch and Flex tiers offer 50% discount" of, in its own
# comments, none has a price of flex, and two have none of batch either. `calc_price` takes any price_context, and falls
# back to the standard price without a warning or a mark in its result; a misspelt context does the same. For the models
# of OpenAI that have one, flex is half, as it is listed. Seen: gemini-3.5-flash-lite in flex and standard alike $2.80
# for a million tokens in and out; gpt-6-luna $0.95 and half of it.
#
# So one has to compare the prices with the standard ones to know whether a tier has a price at all.
#
# Fails if that changes. Needs Python 3.11 or newer and PyPI; nothing is left behind, nothing but pip goes online.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "genai-prices==0.2.3"
cat > "$work/tiers.py" <<'PY'
import sys
import warnings
from datetime import UTC, datetime

import genai_prices
from genai_prices.data import providers

warnings.simplefilter("error")
WHEN = datetime(2026, 11, 29, tzinfo=UTC)
TIERS = {
    "standard": None,
    "flex": {"service_tier": "flex"},
    "batch": {"processing": "batch"},
    "typo": {"service_tier": "flx"},
}


def price(provider: str, model: str, tier: str):
    usage = genai_prices.Usage(input_tokens=1_000_000, output_tokens=1_000_000)
    return genai_prices.calc_price(
        usage, model, provider_id=provider, genai_request_timestamp=WHEN, price_context=TIERS[tier]
    ).total_price


[google] = [provider for provider in providers if provider.id == "google"]
half = [model.id for model in google.models if "Flex tiers offer 50% discount" in (model.price_comments or "")]
print(f"genai-prices {genai_prices.__version__}; half price in flex by its comments: {', '.join(half)}")
for provider, model in [*(("google", model) for model in half), ("openai", "gpt-6-luna")]:
    print(f"{model}: " + ", ".join(f"{tier} {price(provider, model, tier)}" for tier in TIERS))
full = [model for model in half if price("google", model, "flex") == price("google", model, "standard")]
listed = price("openai", "gpt-6-luna", "flex") * 2 == price("openai", "gpt-6-luna", "standard")
typo = price("openai", "gpt-6-luna", "typo") == price("openai", "gpt-6-luna", "standard")
print(f"at the full price in flex, and nothing said: {len(full)} of {len(half)}")
sys.exit(0 if half and full == half and listed and typo else 1)
PY
"$work/venv/bin/python" "$work/tiers.py"
