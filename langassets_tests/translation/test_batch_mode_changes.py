"""Batch mode while something else changes: the model, the account, what the next batch does."""

from datetime import timedelta

import pytest

from langassets.batch_mode.requests import BatchState
from langassets.batch_mode.submit import SETTLING
from langassets.errors import ProviderError, ProviderUnavailableError
from langassets.translation.cost.prices import Prices
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.translation.batch_desk import PARAGRAPHS, Desk, dies_before_handing_in, tasks


async def test_what_was_handed_in_before_another_model_was_set_is_kept_and_paid_as_that_models(
    desk: Desk, server: OpenAIServer
) -> None:
    submission = await desk.submitter()(tasks(("he",)))
    before, recipes = desk.provider, desk.recipes
    desk.asks(server, "gpt-5.6-terra")
    [collected] = await desk.collector()()
    assert collected.segments == 8
    [usage] = desk.recorded(submission.batches[0])
    assert usage.model == "gpt-6-luna"
    full = Prices().cost("gpt-6-luna", usage.spent.usage)
    assert full is not None
    assert usage.cost == pytest.approx(full / 2)
    [kept] = desk.memory.recall(recipes.keys(PARAGRAPHS[0], "en", "he"))
    assert {row.model for row in desk.memory.everything()} == {"gpt-6-luna"}
    assert kept.text == PARAGRAPHS[0]
    await before.close()


async def test_what_never_went_out_before_another_model_was_set_is_asked_of_that_model(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies_before_handing_in(desk, monkeypatch, tasks(("he",)))
    await desk.provider.close()
    desk.asks(server, "gpt-5.6-terra")
    desk.now += SETTLING + timedelta(seconds=1)
    submission = await desk.submitter()(tasks(("he",)))
    assert (submission.segments, submission.waiting) == (8, 0)
    [collected] = await desk.collector()()
    assert collected.segments == 8
    assert (await desk.submitter()(tasks(("he",)))).batches == []
    assert len(server.batches.batches) == 1


@pytest.mark.parametrize("what", ["batch", "files"])
async def test_a_batch_that_the_account_does_not_know_holds_nothing_up_and_is_given_up_in_the_end(
    desk: Desk, server: OpenAIServer, what: str
) -> None:
    lost = (await desk.submitter()(tasks(("he",)))).batches
    desk.now += timedelta(hours=1)
    await desk.submitter()(tasks(("es",)))
    if what == "batch":
        server.batches.batches[0]["id"] = "batch_of_another_account"
    else:
        await desk.service.state("batch_1")
        server.batches.batches[0]["output_file_id"] = "file-gone"
    with pytest.raises(ProviderError, match="has no (batch_1|file-gone).*OPENAI_API_KEY"):
        await desk.collector()()
    assert desk.records.waiting() == 1
    assert (await desk.submitter()(tasks())).waiting == 8
    desk.now += timedelta(days=2)
    found = {collected.id: collected for collected in await desk.collector()()}
    assert found[lost[0]].over
    assert "OPENAI_API_KEY" in (found[lost[0]].problem or "")
    assert (await desk.submitter()(tasks(("he", "es")))).segments == 8


async def test_what_a_batch_cost_is_kept_though_the_next_one_cannot_be_asked_for(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await desk.submitter()(tasks(("he",)))
    desk.now += timedelta(hours=1)
    await desk.submitter()(tasks(("es",)))
    asked = desk.service.state

    async def state(provider_batch: str) -> BatchState:
        if provider_batch == "batch_2":
            raise ProviderUnavailableError("It is down.")
        return await asked(provider_batch)

    monkeypatch.setattr(desk.service, "state", state)
    with pytest.raises(ProviderUnavailableError):
        await desk.collector()()
    assert [row.language for row in desk.recorded(first.batches[0])] == ["he"]
