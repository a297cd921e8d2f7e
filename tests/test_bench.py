"""The verdict beside the peers follows from the figures, whichever way better is."""

from __future__ import annotations

import pytest

from tools import peer
from tools.bench import WHY, Row
from tools.datasets import ROOT


@pytest.mark.parametrize(
    ("ours", "theirs", "more", "leads", "verdict"),
    [
        (2.0, (4.0, 3.0), False, (2.0, 1.5), "ahead of both"),
        (2.0, (4.0, 1.0), False, (2.0, 0.5), "behind LanceDB hybrid"),
        (2.0, (1.0, 1.0), False, (0.5, 0.5), "behind txtai hybrid and LanceDB hybrid"),
        (0.9, (0.6, 0.75), True, (1.5, 1.2), "ahead of both"),
        (0.6, (0.75, 0.5), True, (0.8, 1.2), "behind txtai hybrid"),
    ],
)
def test_a_verdict(ours: float, theirs: tuple[float, ...], more: bool, leads: tuple[float, ...], verdict: str) -> None:
    row = Row(title="a figure", ours=ours, theirs=theirs, more=more)
    assert row.leads == pytest.approx(leads)
    assert row.verdict == verdict


def test_every_peer_has_a_script_and_a_pinned_release() -> None:
    pinned = (ROOT / "tools" / "peer_requirements.txt").read_text(encoding="utf-8")
    for name in peer.PEERS:
        assert (ROOT / "tools" / f"peer_{name}.py").is_file()
        assert f"\n{name}==" in pinned


def test_a_reason_is_a_sentences_middle() -> None:
    assert all(reason[0].islower() and not reason.endswith(".") for reason in WHY.values())
