"""What people do in Slack, and what they see, with the real process over real sockets, in both modes.

At the end of each journey the stand-in must have nothing to frown upon: no limit broken, nothing left
unacknowledged, nothing said twice.
"""

from __future__ import annotations

import json

import pytest

from tests.standin import Message, StandIn, View

CRANE = "How many people were injured when the crane fell at Pier Seven?"
CRANE_WORDS = "injuring 11 other people"
UNANSWERED = "What did Prime Minister Ottoline Varge say about the crane accident?"


def enough(found: list[Message], count: int) -> list[Message]:
    """These, once there are so many; nothing before."""
    return found if len(found) >= count else []


def answer_to(slack: StandIn, asked: Message, *, where: str = "desk", count: int = 1) -> Message:
    """The newest of so many answers in a thread."""
    what = f"answer {count} in the thread"
    found = slack.wait_for(lambda: enough(slack.messages(where, thread=asked), count), what=what, timeout=30)
    assert len(found) == count
    return found[-1]


def whisper_to(slack: StandIn, who: str = "ruth", *, count: int = 1) -> Message:
    """The newest of so many messages that only one person sees."""
    found = slack.wait_for(lambda: enough(slack.whispers(who), count), what=f"whisper {count}", timeout=30)
    assert len(found) == count
    return found[-1]


def home_of(slack: StandIn, who: str = "ruth", *, words: str = "") -> View:
    """Somebody's home page, once it says this."""

    def page() -> View | None:
        found = slack.home(who)
        return found if found and words in json.dumps(found.body, ensure_ascii=False) else None

    found = slack.wait_for(page, what=f"a home page with {words!r}", timeout=30)
    assert found is not None
    return found


def modal_of(slack: StandIn, who: str = "ruth") -> View:
    """The modal that somebody has open."""
    return slack.wait_for(lambda: slack.views(who), what="a modal", timeout=30)[-1]


def changed(slack: StandIn, message: Message, words: str) -> None:
    """Wait until a message says something."""
    slack.wait_for(lambda: words in message.said, what=f"{words!r} in the message", timeout=30)


def quoted(message: Message) -> list[str]:
    """The exact words in each quotation block of a message."""
    return [
        "".join(piece.get("text", "") for piece in part["elements"])
        for block in message.blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        if part["type"] == "rich_text_quote"
    ]


def well_behaved(slack: StandIn) -> None:
    """Nothing that Slack would frown upon has happened."""
    slack.wait_until_quiet()
    assert slack.violations == []


def test_a_mention_is_answered_in_its_thread_with_exact_words_and_their_source(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "desk", CRANE)
    answer = answer_to(slack, asked)
    assert CRANE_WORDS in quoted(answer)[0]
    for words in ("CORRECTED-Two dead, 11 hurt", "Ostrel Newswire", "16 September 2026", "Jory Pellan", "paragraph 1"):
        assert words in answer.said
    assert f"<@{slack.workspace.person('ruth').id}>" in answer.said
    assert answer.thread == asked.ts
    [call] = [call for call in slack.called("chat.postMessage") if call.ok]
    assert str(call.params["unfurl_links"]).lower() == "false"
    well_behaved(slack)


def test_a_follow_up_in_the_thread_is_understood_by_what_came_before(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "desk", CRANE)
    answer_to(slack, asked)
    slack.people.mention("ruth", "desk", "only the Mercury", thread=asked)
    narrowed = answer_to(slack, asked, count=2)
    assert "only The Quellhaven Mercury" in narrowed.said
    assert CRANE in narrowed.said
    well_behaved(slack)


def test_a_thread_is_left_alone_until_an_admin_lets_the_bot_follow_up(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "desk", CRANE)
    answer_to(slack, asked)
    slack.people.say("omar", "desk", "and how many died?", thread=asked)
    slack.people.command("ada", "desk", "/onrecord", "settings").wait()
    settings = modal_of(slack, "ada")
    channel = next(label for label in labels(settings) if "answers come" in label)
    follow_ups = next(one for one in options(settings, channel) if "without a mention" in one)
    slack.people.submit("ada", settings, {channel: [follow_ups]}).wait()
    whisper_to(slack, "ada")
    slack.people.say("omar", "desk", "thanks!", thread=asked)
    slack.people.say("omar", "desk", "and what about the mercury?", thread=asked)
    answer_to(slack, asked, count=2)
    well_behaved(slack)


def labels(view: View) -> list[str]:
    """The labels of a modal's inputs."""
    return [block["label"]["text"] for block in view.blocks if block["type"] == "input"]


def options(view: View, label: str) -> list[str]:
    """What can be picked in one of them."""
    [block] = [block for block in view.blocks if block["type"] == "input" and block["label"]["text"] == label]
    return [one["text"]["text"] for one in block["element"]["options"]]


def test_a_direct_message_and_its_follow_up_need_no_mention(slack: StandIn) -> None:
    asked = slack.people.dm("ruth", CRANE)
    first = slack.wait_for(lambda: slack.dms("ruth", thread=asked), what="an answer", timeout=30)[0]
    assert CRANE_WORDS in quoted(first)[0]
    assert any(text for _, _, text in slack.statuses)
    slack.people.dm("ruth", "only the Ledger", thread=asked)
    both = slack.wait_for(lambda: enough(slack.dms("ruth", thread=asked), 2), what="a second answer", timeout=30)
    assert "only The Port Averel Ledger" in both[1].said
    well_behaved(slack)


def test_the_agent_view_suggests_questions(slack: StandIn) -> None:
    slack.people.open_pane("ruth")
    prompts = slack.wait_for(lambda: slack.prompts("ruth"), what="prompts", timeout=30)
    assert 1 <= len(prompts) <= 4
    well_behaved(slack)


def test_nothing_found_says_what_was_searched_and_shows_near_misses_only_to_who_asks_for_them(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "desk", UNANSWERED)
    answer = answer_to(slack, asked)
    assert quoted(answer) == []
    assert "48 articles" in answer.said
    assert "never" not in answer.said.lower()
    near = next(label for label in slack.labels(answer) if "near" in label.lower())
    slack.people.press("omar", answer, near).wait()
    assert quoted(whisper_to(slack, "omar"))
    assert slack.whispers("ruth") == []
    well_behaved(slack)


def test_paging_turns_the_pages_of_the_same_message(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "desk", "What happened at Pier Seven?")
    answer = answer_to(slack, asked)
    first = quoted(answer)
    slack.people.press("omar", answer, "More passages").wait()
    slack.wait_for(lambda: quoted(answer) != first, what="the second page", timeout=30)
    assert not set(quoted(answer)) & set(first)
    slack.people.press("omar", answer, "Back").wait()
    slack.wait_for(lambda: quoted(answer) == first, what="the first page", timeout=30)
    assert len(slack.messages("desk", thread=asked)) == 1
    well_behaved(slack)


def test_context_and_citation_open_at_once(slack: StandIn) -> None:
    answer = answer_to(slack, slack.people.mention("ruth", "desk", CRANE))
    slack.people.press("omar", answer, "Show in context", nth=0).wait()
    context = modal_of(slack, "omar")
    assert CRANE_WORDS in json.dumps(context.body)
    slack.people.close("omar", context)
    slack.people.press("omar", answer, "Copy citation", nth=0).wait()
    citation = json.dumps(slack.wait_for(lambda: slack.views("omar"), what="a citation", timeout=30)[-1].body)
    for words in ("AP", "Reuters", "Chicago", "Ostrel Newswire"):
        assert words in citation
    well_behaved(slack)


def test_narrowing_by_date_and_outlet_brings_a_new_answer_that_says_so(slack: StandIn) -> None:
    asked = slack.people.mention("ruth", "desk", CRANE)
    answer = answer_to(slack, asked)
    slack.people.press("ruth", answer, "Narrow by date or outlet").wait()
    modal = modal_of(slack)
    outlets = next(label for label in labels(modal) if "outlet" in label.lower())
    since = next(label for label in labels(modal) if "since" in label.lower() or "from" in label.lower())
    picked = next(one for one in options(modal, outlets) if "Ledger" in one)
    slack.people.submit("ruth", modal, {outlets: [picked], since: "2026-09-18"}).wait()
    narrowed = answer_to(slack, asked, count=2)
    assert "18 September 2026" in narrowed.said
    assert "Ledger" in narrowed.said
    well_behaved(slack)


def test_more_by_the_speaker_of_a_passage_is_for_who_asked_for_it(slack: StandIn) -> None:
    answer = answer_to(slack, slack.people.mention("ruth", "desk", "What did Merrin Tolvane say about the fog signal?"))
    slack.people.press("omar", answer, "More by this speaker", nth=0).wait()
    whispered = whisper_to(slack, "omar")
    assert "Merrin Tolvane" in whispered.said
    assert quoted(whispered)
    well_behaved(slack)


def test_quotes_are_private_and_can_be_posted(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/quotes", "Merrin Tolvane since September 2026 in the Ledger").wait()
    listed = whisper_to(slack)
    assert "Merrin Tolvane" in listed.said
    assert slack.messages("desk") == []
    words = quoted(listed)
    assert words
    slack.people.press("ruth", listed, "Post to channel").wait()
    posted = slack.wait_for(lambda: slack.messages("desk"), what="the post", timeout=30)[0]
    assert f"<@{slack.workspace.person('ruth').id}>" in posted.said
    assert quoted(posted) == words
    well_behaved(slack)


def test_the_second_page_of_quotes_takes_the_place_of_the_first(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/quotes", "Merrin Tolvane").wait()
    first = quoted(whisper_to(slack))
    slack.people.press("ruth", slack.whispers("ruth")[0], "More quotes").wait()
    slack.wait_for(
        lambda: slack.whispers("ruth") and quoted(slack.whispers("ruth")[-1]) != first, what="page two", timeout=30
    )
    [second] = slack.whispers("ruth")
    assert not set(quoted(second)) & set(first)
    well_behaved(slack)


def test_a_name_that_several_bear_is_asked_about_and_the_choice_is_taken(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/quotes", "Traskill").wait()
    which = whisper_to(slack)
    choice = next(one for one in slack.labels(which) if one not in ("Useful", "Not right"))
    slack.people.press("ruth", which, choice, nth=0).wait()
    slack.wait_for(
        lambda: slack.whispers("ruth") and quoted(slack.whispers("ruth")[-1]), what="the speaker's words", timeout=30
    )
    well_behaved(slack)


@pytest.mark.parametrize("text", ["", "Merrin Tolvane in Nowhere Gazette", "about ferries"])
def test_bad_input_gets_an_example_of_what_would_work(slack: StandIn, text: str) -> None:
    slack.people.command("ruth", "desk", "/quotes", text).wait()
    assert "/quotes" in whisper_to(slack).said
    well_behaved(slack)


def test_ask_is_private_and_can_be_posted(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/ask", CRANE).wait()
    answer = whisper_to(slack)
    words = quoted(answer)
    assert CRANE_WORDS in words[0]
    slack.people.press("ruth", answer, "Post to channel").wait()
    posted = slack.wait_for(lambda: slack.messages("desk"), what="the post", timeout=30)[0]
    assert quoted(posted) == words
    changed(slack, answer, "Posted")
    well_behaved(slack)


def test_posting_where_the_bot_is_not_says_how_to_invite_it(slack: StandIn) -> None:
    slack.people.command("ruth", "canteen", "/ask", CRANE).wait()
    answer = whisper_to(slack)
    slack.people.press("ruth", answer, "Post to channel").wait()
    slack.wait_for(lambda: any("/invite" in one.said for one in slack.whispers("ruth")), what="advice", timeout=30)
    assert slack.messages("canteen") == []


def test_the_source_of_a_pasted_quotation_is_found_with_the_words_that_differ(slack: StandIn) -> None:
    pasted = slack.people.say("omar", "desk", "true? “It is a fine note, but it was not a lullaby”")
    slack.people.shortcut("ruth", pasted).wait()
    found = whisper_to(slack)
    assert any("It is a fine note, but it is not a lullaby" in words for words in quoted(found))
    assert slack.messages("desk", thread=pasted) == []
    well_behaved(slack)


def test_the_home_page_says_what_is_on_file_and_keeps_settings(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/ask", CRANE).wait()
    whisper_to(slack)
    slack.people.open_home("ruth")
    home = home_of(slack)
    for words in ("48 articles", "The Port Averel Ledger", CRANE):
        assert words in json.dumps(home.body, ensure_ascii=False)
    slack.people.press("ruth", home, "Change settings").wait()
    settings = modal_of(slack)
    style = next(label for label in labels(settings) if "citation" in label.lower())
    slack.people.submit("ruth", settings, {style: "Chicago"}).wait()
    home_of(slack, words="Chicago")
    well_behaved(slack)


def test_feedback_is_taken_and_a_thumb_down_asks_why(slack: StandIn) -> None:
    answer = answer_to(slack, slack.people.mention("ruth", "desk", CRANE))
    slack.people.press("ruth", answer, "Useful").wait()
    whisper_to(slack)
    slack.people.press("omar", answer, "Not right").wait()
    modal = modal_of(slack, "omar")
    reason, words = labels(modal)
    picked = options(modal, reason)[0]
    slack.people.submit("omar", modal, {reason: picked, words: "Asked for the injured, got the dead"}).wait()
    whisper_to(slack, "omar")
    well_behaved(slack)


def test_help_and_status(slack: StandIn) -> None:
    slack.people.command("ruth", "desk", "/onrecord", "help").wait()
    assert "/quotes" in whisper_to(slack).said
    slack.people.command("ruth", "desk", "/onrecord", "status").wait()
    assert "48 articles" in whisper_to(slack, count=2).said
    well_behaved(slack)
