"""Who is answered where: the real process, and people who should not see the archive."""

from __future__ import annotations

import re

import pytest

from tests.slack.conftest import Serving
from tests.slack.test_journeys import CRANE, CRANE_WORDS, answer_to, quoted, well_behaved, whisper_to
from tests.standin import StandIn


def test_a_channel_shared_with_others_gets_no_copy_and_says_why_to_the_asker_alone(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "partners", CRANE)
    assert "another organisation" in whisper_to(slack).said
    assert slack.messages("partners", thread=asked) == []
    well_behaved(slack)


def test_a_guest_and_a_stranger_get_no_copy_by_any_way(slack: StandIn) -> None:
    slack.people.mention("gil", "desk-of-guests", CRANE)
    assert "guests" in whisper_to(slack, "gil").said
    slack.people.command("gil", "desk-of-guests", "/quotes", "Merrin Tolvane").wait()
    assert "guests" in whisper_to(slack, "gil", count=2).said
    slack.people.dm("gil", CRANE)
    slack.wait_for(lambda: slack.dms("gil") or len(slack.whispers("gil")) == 3, what="a refusal", timeout=30)
    seen = [*slack.dms("gil"), *slack.whispers("gil")]
    slack.people.mention("xenia", "partners", CRANE)
    seen.append(whisper_to(slack, "xenia"))
    assert all(quoted(message) == [] and CRANE_WORDS not in message.said for message in seen)
    well_behaved(slack)


def test_a_guest_cannot_open_the_context_of_an_answer_that_a_colleague_got(slack: StandIn) -> None:
    answer = answer_to(slack, slack.people.mention("ruth", "desk-of-guests", CRANE), where="desk-of-guests")
    slack.people.press("gil", answer, "Show in context", nth=0).wait()
    view = slack.wait_for(lambda: slack.views("gil"), what="a modal", timeout=30)[-1]
    assert CRANE_WORDS not in str(view.body)
    assert "guests" in str(view.body)
    slack.people.press("gil", answer, "More passages").wait()
    assert "guests" in whisper_to(slack, "gil").said
    assert CRANE_WORDS in quoted(answer)[0]
    well_behaved(slack)


def test_settings_let_guests_in(serving: Serving) -> None:
    slack = serving("socket", ONRECORD_ALLOW_GUESTS="yes").slack
    asked = slack.people.mention("gil", "desk", CRANE)
    assert CRANE_WORDS in quoted(answer_to(slack, asked))[0]
    well_behaved(slack)


def test_when_slack_cannot_say_who_asks_nothing_is_shown(slack: StandIn) -> None:
    slack.faults.add("users.info", "user_not_found", times=9)
    asked = slack.people.mention("ruth", "desk", CRANE)
    told = whisper_to(slack)
    slack.faults.clear()
    assert quoted(told) == []
    assert slack.messages("desk", thread=asked) == []


def test_a_private_answer_whose_address_is_dead_comes_as_a_direct_message_and_never_in_the_channel(
    slack: StandIn,
) -> None:
    slack.faults.add("response_url", "expired_url", times=9)
    slack.people.command("ruth", "desk", "/ask", CRANE).wait()
    slack.wait_for(lambda: slack.dms("ruth") or slack.whispers("ruth"), what="an answer", timeout=30)
    slack.faults.clear()
    assert CRANE_WORDS in [*slack.dms("ruth"), *slack.whispers("ruth")][0].said
    assert slack.messages("desk") == []


def test_settings_of_a_channel_are_for_admins_only(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/onrecord", "settings").wait()
    settings = slack.wait_for(lambda: slack.views("ruth"), what="a modal", timeout=30)[-1]
    assert not any("answers come" in str(block) for block in settings.blocks)
    well_behaved(slack)


@pytest.mark.parametrize("text", ["<!channel> read this", "<!here>", "<@U0> & <https://x.example|x>"])
def test_what_somebody_asks_pings_nobody_when_it_is_repeated(slack: StandIn, text: str) -> None:
    asked = slack.people.mention("ruth", "desk", text)
    answer = answer_to(slack, asked)
    assert "<!" not in re.sub(r"<!date\^\d+\^", "", str(answer.blocks))
    well_behaved(slack)
