"""Articles pushed into a running bot: the next question finds them, and no restart is needed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from embeddings import Settings
from tests.slack.conftest import MODES, Serving
from tests.slack.process import ONRECORD, Bot
from tests.slack.test_journeys import answer_to, quoted, well_behaved

TOKEN = "marmalade-for-breakfast"
WEIR = "How many otters were counted below the weir at Brindle Mill?"
COUNTED = "Thirty-one otters have been counted below the weir at Brindle Mill, the river trust said on Monday."
STORY = {
    "uri": "urn:x:otters",
    "type": "text",
    "version": "1",
    "pubstatus": "usable",
    "language": "en",
    "headline": "Otters counted at Brindle Mill",
    "versioncreated": "2026-10-14T09:00:00Z",
    "body_text": COUNTED,
}


def send(bot: Bot, method: str, path: str, body: bytes | None = None, *, token: str = TOKEN) -> tuple[int, Any]:
    """A status and what was answered."""
    request = Request(f"{bot.url}{path}", data=body, method=method, headers={"Authorization": f"Bearer {token}"})
    try:
        with urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def pushed(bot: Bot, **changes: object) -> dict[str, int]:
    """What became of a story that was pushed."""
    status, receipt = send(bot, "POST", "/ingest", json.dumps(STORY | changes).encode())
    assert status == 200, receipt
    outcomes: dict[str, int] = receipt["outcomes"]
    return outcomes


@pytest.fixture
def own(wire: Settings, tmp_path: Path) -> Path:
    """An archive of the test's own."""
    shutil.copytree(wire.beside, tmp_path / "own")
    return tmp_path / "own"


@pytest.mark.parametrize("mode", MODES)
def test_what_is_pushed_answers_the_next_question(serving: Serving, own: Path, mode: str) -> None:
    bot = serving(mode, ONRECORD_ARCHIVE=str(own), ONRECORD_INGEST_TOKEN=TOKEN)
    slack = bot.slack
    assert COUNTED not in "".join(quoted(answer_to(slack, slack.people.mention("ruth", "desk", WEIR))))
    began = monotonic()
    assert pushed(bot) == {"new": 1}
    on_file = monotonic()
    asked = slack.people.mention("omar", "desk", WEIR)
    assert quoted(answer_to(slack, asked))[0] == COUNTED
    took = monotonic() - began
    print(f"{mode}: on file {on_file - began:.2f} s after the push began, answered {took:.2f} s")  # noqa: T201
    assert pushed(bot) == {"unchanged": 1}
    assert pushed(bot, version="2", body_text=COUNTED.replace("Thirty-one", "Thirteen")) == {"changed": 1}
    corrected = slack.people.mention("omar", "desk", WEIR)
    assert quoted(answer_to(slack, corrected))[0].startswith("Thirteen")
    assert send(bot, "DELETE", "/ingest/urn:x:otters?words=No+otters")[0] == 200
    killed = slack.people.mention("omar", "desk", WEIR)
    assert "otters" not in "".join(quoted(answer_to(slack, killed)))
    assert "otters" not in bot.log
    assert TOKEN not in bot.log
    well_behaved(slack)


def test_nobody_pushes_without_the_token(serving: Serving, own: Path) -> None:
    bot = serving("socket", ONRECORD_ARCHIVE=str(own), ONRECORD_INGEST_TOKEN=TOKEN)
    body = json.dumps(STORY).encode()
    assert send(bot, "POST", "/ingest", body, token="wrong")[0] == 401
    assert send(bot, "DELETE", "/ingest/urn:x:otters", token="")[0] == 401
    asked = bot.slack.people.mention("ruth", "desk", WEIR)
    assert COUNTED not in "".join(quoted(answer_to(bot.slack, asked)))


def test_the_command_takes_in_articles_beside_a_bot_that_takes_them_in(
    serving: Serving, own: Path, wire: Settings, tmp_path: Path
) -> None:
    bot = serving("socket", ONRECORD_ARCHIVE=str(own), ONRECORD_INGEST_TOKEN=TOKEN)
    assert pushed(bot, uri="urn:x:first") == {"new": 1}
    story = tmp_path / "story.json"
    story.write_text(json.dumps(STORY), encoding="utf-8")
    environ = {"ONRECORD_ARCHIVE": str(own), "ONRECORD_CACHE": str(wire.cache), "PATH": "/usr/bin:/bin"}
    subprocess.run([str(ONRECORD), "ingest", str(story)], env=environ, cwd=tmp_path, check=True, capture_output=True)
    assert pushed(bot) == {"unchanged": 1}
    assert pushed(bot, version="2", body_text=COUNTED.replace("Thirty-one", "Thirteen")) == {"changed": 1}
