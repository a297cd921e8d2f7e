"""Sample conversations over the sample wire, as the very messages that Slack would get, for ``make preview``."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from bot.amending import Amending, amend
from bot.blocks import Message
from bot.desk import Desk, Home, Manner, Policy, Reply
from bot.memory import open_memory
from bot.talk import Errand, Job, Person, Press, Room, Verb
from embeddings import Settings, Viewer, open_archive

ROOT = Path(__file__).resolve().parent.parent
AT = datetime(2026, 10, 16, 9, 41, tzinfo=UTC)
WHO, WHERE = Person(id="U01ALICE", admin=True), Room(id="C01NEWS")
ASKED = "How many people were injured when the crane fell at Pier Seven?"


class Conversation:
    """One person's jobs, done one after the other; whatever is answered is remembered."""

    def __init__(self, desk: Desk, *, after: int = 0) -> None:
        self._desk = desk
        self._jobs = after

    def do(self, errand: Errand, text: str = "", *, value: str = "", private: bool = False) -> Message | Home:
        """What a job brings to the screen."""
        self._jobs += 1
        job = Job(
            key=f"preview-{self._jobs}",
            errand=errand,
            team="T01",
            user=WHO.id,
            channel=WHERE.id,
            thread="1.0",
            message=f"{self._jobs}.0",
            text=text,
            value=value,
            respond="https://hooks.example/1" if private else None,
        )
        reply = self._desk.answer(job, person=WHO, room=WHERE)
        if isinstance(reply, Home):
            return reply
        self._remember(reply)
        return reply.message

    def view(self, press: Press) -> Mapping[str, Any]:
        """The modal that a button opens."""
        job = Job(key="preview-view", errand=Errand.PRESSED, team="T01", user=WHO.id, channel=WHERE.id)
        return self._desk.view(press, job, person=WHO, room=WHERE)

    @property
    def last(self) -> str:
        """The id of the newest answer."""
        return self._desk.memory.answers.recent("T01", WHO.id, limit=1)[0].id

    def _remember(self, reply: Reply) -> None:
        if reply.answered is not None:
            ts = None if reply.manner in (Manner.WHISPER, Manner.REPLACE) else f"{self._jobs}.5"
            self._desk.memory.answers.record(replace(reply.answered, ts=ts))


def scenes(desk: Desk) -> Iterator[tuple[str, Message | Home | Mapping[str, Any]]]:
    """Every picture's name, and what stands in it."""
    talk = Conversation(desk)
    yield "answer", talk.do(Errand.ASK, ASKED)
    asked = talk.last
    yield "context", talk.view(Press(Verb.CONTEXT, asked, 0))
    yield "citation", talk.view(Press(Verb.CITE, asked, 0))
    yield "narrow", talk.view(Press(Verb.NARROW, asked))
    yield "report", talk.view(Press(Verb.REPORT, asked, 0))
    yield "follow-up", talk.do(Errand.ASK, "only CPA")
    yield "nothing", talk.do(Errand.ASK, "What did Prime Minister Ottoline Varge say about the crane accident?")
    yield "quotes", talk.do(Errand.QUOTES, "Merrin Tolvane since September", private=True)
    yield "which", talk.do(Errand.QUOTES, "Traskill", private=True)
    yield "nobody", talk.do(Errand.QUOTES, "Merin Tolvayn", private=True)
    yield "source", talk.do(Errand.SOURCE, _misquoted(desk), private=True)
    yield "help", talk.do(Errand.HELP, private=True)
    yield "status", talk.do(Errand.STATUS, private=True)
    yield "settings", talk.view(Press(Verb.SETTINGS, "-"))
    yield "home", talk.do(Errand.HOME)


def changes(desk: Desk) -> Iterator[tuple[str, Message]]:
    """What becomes of an answer when the articles that it shows change: a correction, a newer version, a kill."""
    talk = Conversation(desk, after=100)
    talk.do(Errand.ASK, ASKED)
    answer = talk.last
    shown = desk.memory.answers.answer(answer)
    assert shown is not None
    first, *others = dict.fromkeys(one.article for one in shown.shown)
    article = desk.archive.article(first)
    words = "injuring 11 other people"
    desk.archive.ingest([replace(article, text=article.text.replace(words, "injuring 12 other people"), version=9)])
    yield from _followed(desk, answer, "corrected")
    for one in others[:1]:
        article = desk.archive.article(one)
        desk.archive.ingest([replace(article, version=9, note="adds a byline", byline="By the harbour desk")])
    yield from _followed(desk, answer, "stands")
    desk.archive.kill(first, words="The number of people is wrong.")
    yield from _followed(desk, answer, "withdrawn")


def _followed(desk: Desk, answer: str, name: str) -> Iterator[tuple[str, Message]]:
    """The message as it is changed now, and the word in its thread."""
    amending = Amending(archive=desk.archive, memory=desk.memory, freshness=desk.freshness, clock=lambda: AT)
    answered = desk.memory.answers.answer(answer)
    assert answered is not None
    amended = amending.amended(amend(answered, at=AT, cause=name), viewer=Viewer)
    assert amended is not None
    assert amended.message is not None
    desk.memory.answers.record(amended.after, amended=amended.news)
    yield name, amended.message
    for job in amended.jobs(edited=True):
        reply = amending.told(job, viewer=Viewer)
        assert reply is not None
        yield f"{name}-note", reply.message


def _misquoted(desk: Desk) -> str:
    """Words on file, two of them changed: what somebody might paste who remembers them almost."""
    quoted = desk.archive.quotes("Merrin Tolvane", limit=1)
    words = quoted.statements[0].texts[0].split()  # type: ignore[union-attr] # she is in the sample wire
    return " ".join([*words[:3], "never", *words[4:]])


def main() -> int:
    """Write one JSON file for each scene into the folder that is named, .preview/messages unless one is."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".preview/messages")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings.from_environ({"ONRECORD_ARCHIVE": f"{scratch}/archive"})
        with open_archive(settings, writing=True) as archive, open_memory(f"sqlite:///{scratch}/bot.db") as memory:
            archive.ingest([ROOT / "sample" / "wire"])
            desk = Desk(archive=archive, memory=memory, policy=Policy(), clock=lambda: AT)
            for name, scene in chain(scenes(desk), changes(desk)):
                (folder / f"{name}.json").write_text(json.dumps(payload(scene), indent=1), encoding="utf-8")
                print(folder / f"{name}.json")
    return 0


def payload(scene: Message | Home | Mapping[str, Any]) -> Mapping[str, Any]:
    """What Slack would be sent."""
    match scene:
        case Message():
            return {"text": scene.text, "blocks": list(scene.blocks), "people": {WHO.id: "Alice"}}
        case Home():
            return scene.view
        case _:
            return scene


if __name__ == "__main__":
    sys.exit(main())
