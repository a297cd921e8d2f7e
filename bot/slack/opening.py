"""Opens what cannot wait for a worker: modals, for which Slack gives three seconds, and the agent view's prompts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Protocol

from bot import messages
from bot.blocks import Message, View
from bot.blocks.modals import problem_view
from bot.blocks.notices import failure
from bot.desk import answer_id
from bot.errors import BotError, MemoryBroken, trail
from bot.slack.clients import Clients
from bot.slack.failures import sending
from bot.slack.payloads import Pressed, Talk
from bot.talk import Job, Press
from embeddings import ArchiveError, ModelError, StoreError

NOT_OPENED = "Slack did not show the window in time. Press the button once more."
_log = logging.getLogger(__name__)


class Views(Protocol):
    """Where the modals come from; raises BotError and ArchiveError, whose messages are for the person."""

    def view(self, press: Press, job: Job) -> View:
        """The modal that a button opens."""


class Opener:
    """Opens modals and suggests prompts on threads of its own, after Slack was told that the wish arrived."""

    def __init__(
        self, *, clients: Clients, views: Views, executor: Executor, tell: Callable[[Job, Message], None]
    ) -> None:
        self._clients, self._views, self._executor, self._tell = clients, views, executor, tell

    def open(self, pressed: Pressed) -> None:
        """Open the modal that the button stands for, or one that says why it cannot be shown."""
        self._executor.submit(self._open, pressed)

    def suggest(self, talk: Talk) -> None:
        """Offer some questions to begin with."""
        self._executor.submit(self._suggest, talk)

    def _open(self, pressed: Pressed) -> None:
        job, trigger = pressed.job, pressed.trigger
        try:
            view = dict(self._view(pressed))
            client = self._clients.of(job.team, job.enterprise)
            show = client.views_push if trigger.stacked else client.views_open
            with sending():
                show(trigger_id=trigger.id, view=view)
        except Exception as error:  # noqa: BLE001 - nobody waits for this thread: it must tell the person itself
            _log.error("job %s: no window opened: %s", answer_id(job.key), _word(error))
            self._apologise(job)

    def _view(self, pressed: Pressed) -> View:
        reference = answer_id(pressed.job.key)
        try:
            return self._views.view(pressed.press, pressed.job)
        except (MemoryBroken, StoreError, ModelError) as error:
            # Whoever asks can do nothing about it, and need not know what lies where on the machine.
            _log.error("job %s: no view: %s", reference, error)
            return problem_view(messages.failure(reference, messages.NOT_AT_HAND))
        except (BotError, ArchiveError) as error:
            return problem_view(str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours: the person gets a reference, the log has the rest
            _log.error("job %s: no view: %s", reference, trail(error))
            return problem_view(messages.failure(reference))

    def _apologise(self, job: Job) -> None:
        try:
            self._tell(job, failure(answer_id(job.key), NOT_OPENED))
        except BotError as error:
            _log.error("job %s: the person could not be told: %s", answer_id(job.key), _word(error))

    def _suggest(self, talk: Talk) -> None:
        try:
            client = self._clients.of(talk.team, talk.enterprise)
            prompts = [{"title": title, "message": asked} for title, asked in messages.PROMPTS]
            with sending():
                client.assistant_threads_setSuggestedPrompts(
                    channel_id=talk.channel, thread_ts=talk.thread, prompts=prompts
                )
        except BotError as error:
            _log.info("no prompts suggested in %s: %s", talk.channel, _word(error))


def _word(error: Exception) -> str:
    """What went wrong in one word of Slack's, or ours: never what was said."""
    return str(getattr(error, "reason", type(error).__name__))
