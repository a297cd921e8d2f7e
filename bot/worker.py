"""Works off the inbox: takes a job, has the desk answer it, sends the answer; nothing is lost or said twice."""

from __future__ import annotations

from typing import Protocol

from bot.blocks import Message, View
from bot.talk import Job, Person, Room


class Courier(Protocol):
    """How messages reach Slack; a method that sends raises TryLater, Unsure or NotSent."""

    def post(self, job: Job, message: Message, *, answer: str) -> str:
        """Post in the job's channel and thread, marked with the answer's id; returns the message's ``ts``."""

    def posted(self, job: Job, answer: str) -> str | None:
        """The ``ts`` of the message that bears this answer's id in the job's channel and thread, if it is there."""

    def update(self, job: Job, ts: str, message: Message) -> None:
        """Change a message of the bot's own in the job's channel."""

    def whisper(self, job: Job, message: Message) -> None:
        """Tell only the person: by the response URL, else as an ephemeral message, else as a direct message."""

    def replace(self, job: Job, message: Message) -> None:
        """Put the message in the place of the private one that the pressed button stands on."""

    def publish(self, job: Job, view: View) -> None:
        """Show the person's home."""

    def status(self, job: Job, text: str) -> None:
        """Say in the thread that it is being worked on, where Slack has a place for it; never fails."""


class Roster(Protocol):
    """Who somebody is and where they are, as Slack tells; remembered for some minutes."""

    def person(self, job: Job) -> Person:
        """Who asks; raises Refused when it cannot be told."""

    def room(self, job: Job) -> Room:
        """Where it was asked; ``known`` is False where Slack does not let the bot look."""
