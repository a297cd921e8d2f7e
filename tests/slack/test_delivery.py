"""What breaks between Slack and the bot, and that nobody is left without an answer or gets it twice."""

from __future__ import annotations

import pytest

from tests.slack.conftest import MODES, Serving
from tests.slack.process import Bot
from tests.slack.test_journeys import CRANE, CRANE_WORDS, answer_to, quoted, well_behaved, whisper_to
from tests.standin import Message, Rules, StandIn

QUESTIONS = [CRANE, "What did Merrin Tolvane say about the fog signal?", "Why did dockers lay down their helmets?"]


@pytest.fixture(params=MODES)
def bot(request: pytest.FixtureRequest, serving: Serving) -> Bot:
    """A bot of the test's own, to be stopped and killed; Slack is patient enough for a slow machine to start it."""
    return serving(request.param, rules=Rules(pace=0.2))


def answered_once(slack: StandIn, asked: list[Message]) -> None:
    """Every question has exactly one answer, and no second one comes while all is quiet."""
    for message in asked:
        slack.wait_for(
            lambda message=message: slack.messages(message.channel, thread=message),  # type: ignore[misc]
            what=f"an answer to {message.text}",
            timeout=90,
        )
    slack.wait_until_quiet(timeout=60)
    assert {message.text: len(slack.messages(message.channel, thread=message)) for message in asked} == {
        message.text: 1 for message in asked
    }


def test_killed_in_the_middle_and_started_again_nothing_is_lost_or_said_twice(bot: Bot) -> None:
    slack = bot.slack
    asked = [slack.people.mention("ruth", "desk", f"{question} {n}") for n, question in enumerate(QUESTIONS * 4)]
    slack.wait_for(lambda: len(slack.messages("desk")) >= 2, what="some answers", timeout=60)
    bot.kill()
    asked += [slack.people.mention("omar", "sources", f"{question} {n}") for n, question in enumerate(QUESTIONS)]
    bot.launch()
    answered_once(slack, asked)


def test_told_to_stop_it_answers_what_it_has_accepted_first(bot: Bot) -> None:
    slack = bot.slack
    asked = [slack.people.mention("ruth", "desk", f"{question} {n}") for n, question in enumerate(QUESTIONS * 2)]
    slack.wait_until_quiet(timeout=30)
    assert bot.stop() == 0
    assert [len(slack.messages("desk", thread=message)) for message in asked] == [1] * len(asked)
    assert "0 jobs are left" in bot.log


def test_slack_asking_for_patience_gets_it(slack: StandIn) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", times=2, seconds=1)
    asked = slack.people.mention("ruth", "desk", CRANE)
    assert CRANE_WORDS in quoted(answer_to(slack, asked))[0]
    well_behaved(slack)


@pytest.mark.parametrize("kind", ["drop", "error"])
def test_a_post_that_arrived_though_slack_did_not_say_so_is_not_made_twice(slack: StandIn, kind: str) -> None:
    slack.faults.add("chat.postMessage", kind, after_effect=True)
    asked = slack.people.mention("ruth", "desk", CRANE)
    answered_once(slack, [asked])
    slack.wait_for(lambda: slack.called("conversations.replies"), what="a look into the thread", timeout=30)
    assert len(slack.messages("desk", thread=asked)) == 1


def test_a_post_that_did_not_arrive_is_made(slack: StandIn) -> None:
    slack.faults.add("chat.postMessage", "drop")
    asked = slack.people.mention("ruth", "desk", CRANE)
    answered_once(slack, [asked])


def test_an_event_whose_acknowledgement_is_lost_is_delivered_again_and_answered_once(bot: Bot) -> None:
    slack = bot.slack
    slack.office.ack_lost = lambda delivery, attempt: attempt < 2
    asked = slack.people.mention("ruth", "desk", CRANE)
    slack.wait_for(lambda: any(ack.attempt == 2 for ack in slack.acks), what="a redelivery", timeout=30)
    answered_once(slack, [asked])


def test_a_connection_that_dies_is_made_anew(serving: Serving) -> None:
    # Slack's waits are shortened less here: making a connection anew takes seconds.
    slack = serving("socket", rules=Rules(pace=0.2)).slack
    opened = len(slack.called("apps.connections.open"))
    slack.drop_connections()
    slack.wait_for(lambda: len(slack.called("apps.connections.open")) > opened, what="a new connection", timeout=60)
    slack.wait_until_connected()
    asked = slack.people.mention("ruth", "desk", CRANE)
    answered_once(slack, [asked])
    slack.refresh_connections()
    later = slack.people.mention("ruth", "desk", CRANE)
    answered_once(slack, [later])


def test_eight_slow_commands_at_once_are_all_acknowledged_in_time(slack: StandIn) -> None:
    slack.faults.add("users.info", "slow", times=8, seconds=4)
    deliveries = [slack.people.command("ruth", "desk", "/ask", f"{CRANE} {n}") for n in range(8)]
    assert all(delivery.wait().acked for delivery in deliveries)
    whisper_to(slack, count=8)
    slack.faults.clear()
    assert max(ack.seconds for ack in slack.acks if ack.about.startswith("/ask")) < slack.state.rules.ack_seconds


def test_when_slack_is_ill_the_answer_waits_for_it(slack: StandIn) -> None:
    slack.faults.add("users.info", "internal_error", times=3)
    asked = slack.people.mention("ruth", "desk", CRANE)
    answered_once(slack, [asked])
