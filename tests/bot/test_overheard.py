from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.overheard import is_asking

SOURCES = frozenset(("Meridian Feed", "The Ledger", "CPA", "SRN", "Ostrel"))

ASKING = """
what did tolvane say about ferries
who owns the port?
and what did she say in june?
only CPA
just the ledger please
any outlet
all outlets, please
any time
since june
in 2023
before 2024
between march and may
what about okes?
how about last week
and okes?
and the budget?
and about grain
and from CPA?
when did he say that
did she mention the harbour
has he commented on the strike?
quotes by merrin tolvane
everything from okes about ferries
only direct quotes
more please
show me what she said
can you find me quotes on the ferry deal?
do we have anything from okes on grain?
since:2024
how many ferries were lost last year
is there a statement from the port?
what else did she say
which minister announced the ferry plan?
why did okes resign?
who said "we shall build it"?
did the governor deny it?
was it in the ledger?
ok and what did tolvane tell parliament
where was the crane built?
what has the ministry said on this?
/quotes merrin tolvane
/ask who owns the port
""".strip().splitlines()
CHATTING = """
thanks!
lol
@bob can you file this by six?
@UBOB1 what did she say?
great, using that one
can you file this by six?
anyone around?
what a day
just saw this
only kidding
on it
and done
are we running this?
did you see this?
lunch?
really?
why not
ok
nice find
i think that's wrong
who's on tonight?
let me check with the desk
this is perfect
is that right?
in a meeting
since you asked, no
before lunch please
shall we lead on this?
how are you?
what do you think?
https://example.org/story
I'll call tolvane and ask
tolvane said so on friday
the ledger has it too
when you're done ping me
any luck?
only if it stands up
just checking
huh?
and we need a headline
what the hell
which is great
copy that
filed
from my phone sorry
in tomorrow's paper
quotes look good
more later
he said he'd call back
:+1:
what's up
could someone check the spelling?
wait, is it live?
yes
no problem
in the end we cut it
by the way the crane is fixed
about time
on my way
before you go
""".strip().splitlines()


@pytest.mark.parametrize("typed", ASKING)
def test_a_question_in_a_thread_is_heard(typed: str) -> None:
    assert is_asking(typed)


@pytest.mark.parametrize("typed", CHATTING)
def test_people_who_talk_to_one_another_are_left_in_peace(typed: str) -> None:
    assert not is_asking(typed)


def test_an_outlet_on_file_is_known_by_its_name_alone() -> None:
    assert is_asking("the ledger", sources=SOURCES)
    assert not is_asking("the ledger")


TALK = st.text(max_size=80) | st.lists(st.sampled_from(" ".join((*ASKING, *CHATTING)).split()), max_size=12).map(
    " ".join
)


@given(TALK)
def test_no_message_is_too_strange(typed: str) -> None:
    assert is_asking(typed) in (True, False)
