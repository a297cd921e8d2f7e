"""What Bolt calls: each listener reads the payload, has it written down, and so acknowledges; the work is done later.

What raises is not acknowledged, and Slack delivers it again.
"""

from __future__ import annotations

import re
from typing import Protocol

from slack_bolt import Ack, App

from bot.overheard import is_asking
from bot.slack import payloads
from bot.slack.opening import Opener
from bot.slack.payloads import Payload, Pressed
from bot.talk import Job

_ANY = re.compile("")


class Intake(Protocol):
    """Where jobs are written down."""

    def accept(self, job: Job) -> None:
        """Write a job down so that it survives whatever happens, and have somebody begin with it."""

    def started(self, team: str, channel: str, thread: str) -> bool:
        """Whether the bot has answered in this thread."""

    def follow_ups(self, team: str, channel: str) -> bool:
        """Whether the channel wants questions in such threads answered without a mention."""

    def sources(self) -> frozenset[str]:
        """The outlets, agencies and carriers on file; none while they cannot be looked up."""


def register(app: App, *, intake: Intake, opener: Opener) -> None:
    """Have every kind of payload that Slack sends listened to; what is not meant for the bot is acknowledged only."""
    _events(app, intake, opener)
    _commands(app, intake, opener)
    _interactions(app, intake, opener)


def _events(app: App, intake: Intake, opener: Opener) -> None:
    @app.event("app_mention")
    def mentioned(body: Payload) -> None:
        _accept(intake, payloads.mention(body))

    @app.event("message")
    def said(body: Payload) -> None:
        job = payloads.message(body)
        if job is not None and (job.direct or _is_follow_up(intake, job)):
            intake.accept(job)

    @app.event("app_home_opened")
    def opened(body: Payload) -> None:
        _accept(intake, payloads.home(body))
        _suggest(opener, body)

    @app.event("assistant_thread_started")
    def began(body: Payload) -> None:
        _suggest(opener, body)

    @app.event(_ANY)
    def else_happened() -> None:
        """Nothing to do, and nothing to deliver again."""


def _commands(app: App, intake: Intake, opener: Opener) -> None:
    @app.command(_ANY)
    def commanded(ack: Ack, body: Payload) -> None:
        wanted = payloads.settings_wanted(body) if body["command"] == "/onrecord" else None
        if wanted is not None:
            opener.open(wanted)
        else:
            intake.accept(payloads.command(body))
        ack()


def _interactions(app: App, intake: Intake, opener: Opener) -> None:
    @app.shortcut(payloads.FIND_SOURCE)
    def chose(ack: Ack, body: Payload) -> None:
        intake.accept(payloads.shortcut(body))
        ack()

    @app.shortcut(_ANY)
    def chose_else(ack: Ack) -> None:
        ack()

    @app.action(_ANY)
    def pressed(ack: Ack, body: Payload) -> None:
        _press(intake, opener, payloads.pressed(body))
        ack()

    @app.view(_ANY)
    def sent(ack: Ack, body: Payload) -> None:
        if wrong := payloads.wrong(body, intake.sources):
            ack(response_action="errors", errors=wrong)
            return
        _accept(intake, payloads.sent(body))
        ack(response_action="clear")


def _accept(intake: Intake, job: Job | None) -> None:
    if job is not None:
        intake.accept(job)


def _press(intake: Intake, opener: Opener, pressed: Pressed | None) -> None:
    if pressed is None:
        return
    if pressed.works:
        intake.accept(pressed.job)
    if pressed.opens:
        opener.open(pressed)


def _suggest(opener: Opener, body: Payload) -> None:
    talk = payloads.talk(body)
    if talk is not None:
        opener.suggest(talk)


def _is_follow_up(intake: Intake, job: Job) -> bool:
    """Whether a message in a thread is for the bot: it asks, in a thread of the bot's, where the channel wants that."""
    assert job.channel is not None
    assert job.thread is not None
    return (
        is_asking(job.text)
        and intake.follow_ups(job.team, job.channel)
        and intake.started(job.team, job.channel, job.thread)
    )
