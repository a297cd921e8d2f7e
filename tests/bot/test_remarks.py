from __future__ import annotations

import pytest

from bot.remarks import wants_more


@pytest.mark.parametrize("typed", ["more", "show me more", "more quotes please", "next page", "anything else?"])
def test_more_is_more_of_the_same(typed: str) -> None:
    assert wants_more(typed)
    assert not wants_more(f"{typed} about ferries")
