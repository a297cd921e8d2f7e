"""Sends the bot's messages: to a channel, to one person, to a home page; what is private stays private."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.blocks import Message, View
from bot.desk import answer_id
from bot.errors import BotError, NotSent
from bot.slack.clients import TIMEOUT, Clients, api_log
from bot.slack.failures import asking, sending, status_failure
from bot.slack.gate import passed
from bot.talk import Job

EVENT_TYPE = "onrecord_answer"
"""What the metadata of an answer is called; its payload has the answer's id."""
_PAGE = 200
_MOST_PAGES = 5
_NOT_HERE = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "user_not_in_channel",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "ekm_access_denied",
        "no_permission",
        "thread_not_found",
    }
)
"""Why somebody cannot be told something in a channel, and can be in a direct message."""
_BAD_MESSAGE = 400
"""The status for a message that would not be taken anywhere."""
SPOILT = "Slack does not take this answer as it is: narrow it by date or outlet, and ask again."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackCourier:
    """How messages reach Slack; every method but ``status`` raises TryLater, Unsure or NotSent."""

    clients: Clients
    timeout: int = TIMEOUT
    _own: dict[str, str] = field(default_factory=dict)

    def post(self, job: Job, message: Message, *, answer: str) -> str:
        """Post in the job's channel and thread, marked with the answer's id; returns the message's ``ts``."""
        client = self.clients.of(job.team, job.enterprise)
        mark = {"event_type": EVENT_TYPE, "event_payload": {"answer": answer}}
        return self._said(client, job, passed(message, reference=answer), channel=_channel(client, job), metadata=mark)

    def posted(self, job: Job, answer: str) -> str | None:
        """The ``ts`` of the message that bears this answer's id in the job's channel and thread, if it is there."""
        client = self.clients.reading(job.team, job.enterprise)
        with asking():
            own = self._self(client, job)
            channel = _channel(client, job)
        for message in _messages(client, channel, thread=job.thread, since=job.message):
            if message.get("user") == own and _bears(message, answer):
                return str(message["ts"])
        return None

    def update(self, job: Job, ts: str, message: Message) -> None:
        """Change a message of the bot's own in the job's channel."""
        message = passed(message, reference=answer_id(job.key))
        client = self.clients.of(job.team, job.enterprise)
        with sending():
            client.chat_update(channel=_channel(client, job), ts=ts, text=message.text, blocks=_blocks(message))

    def take_back(self, job: Job, ts: str) -> None:
        """Delete a message of the bot's own in the job's channel."""
        client = self.clients.of(job.team, job.enterprise)
        with sending():
            client.chat_delete(channel=_channel(client, job), ts=ts)

    def whisper(self, job: Job, message: Message) -> None:
        """Tell only the person: by the response URL, else as an ephemeral message, else as a direct message."""
        message = passed(message, reference=answer_id(job.key))
        if job.respond is not None:
            told = self._responded(job, message, replace=False)
        else:
            told = not job.direct and job.channel is not None and self._ephemeral(job, message)
        if not told:
            self._direct(job, message)

    def replace(self, job: Job, message: Message) -> None:
        """Put the message in the place of the private one that the pressed button stands on."""
        message = passed(message, reference=answer_id(job.key))
        if job.respond is None or not self._responded(job, message, replace=True):
            self._direct(job, message)

    def direct(self, job: Job) -> str:
        """The id of the direct messages with the job's person."""
        return _direct_channel(self.clients.of(job.team, job.enterprise), job)

    def publish(self, job: Job, view: View) -> None:
        """Show the person's home."""
        client = self.clients.of(job.team, job.enterprise)
        with sending():
            client.views_publish(user_id=job.user, view=dict(view))

    def status(self, job: Job, text: str) -> None:
        """Say in the thread that it is being worked on, where Slack has a place for it; never fails."""
        if not (job.direct and job.channel and job.thread):
            return
        try:
            client = self.clients.of(job.team, job.enterprise)
            with sending():
                client.assistant_threads_setStatus(channel_id=job.channel, thread_ts=job.thread, status=text)
        except BotError as error:
            # It is a courtesy: outside the agent view Slack has no place for it.
            _log.info("job %s: no status shown: %s", answer_id(job.key), getattr(error, "reason", type(error).__name__))

    def _said(
        self, client: WebClient, job: Job, message: Message, *, channel: str, metadata: Mapping[str, Any] | None = None
    ) -> str:
        with sending(once=True):
            response = client.chat_postMessage(
                channel=channel,
                thread_ts=job.thread if channel == job.channel else None,
                text=message.text,
                blocks=_blocks(message),
                unfurl_links=False,
                unfurl_media=False,
                metadata=dict(metadata) if metadata else None,
            )
            return str(response["ts"])

    def _responded(self, job: Job, message: Message, *, replace: bool) -> bool:
        """Whether the response URL took it: it does five times, within half an hour."""
        assert job.respond is not None
        hook = WebhookClient(job.respond, timeout=self.timeout, logger=api_log, retry_handlers=[])
        body = {
            "text": message.text,
            "blocks": _blocks(message),
            "response_type": "ephemeral",
            "replace_original": replace,
            "unfurl_links": False,
            "unfurl_media": False,
            "thread_ts": job.thread if not replace and _is_under(job) else None,
        }
        with sending():
            response = hook.send_dict(body)
        return _taken(job, response)

    def _ephemeral(self, job: Job, message: Message) -> bool:
        client = self.clients.of(job.team, job.enterprise)
        try:
            with sending():
                client.chat_postEphemeral(
                    channel=str(job.channel),
                    user=job.user,
                    # In a thread that nobody has opened yet it would not be seen.
                    thread_ts=job.thread if _is_under(job) else None,
                    text=message.text,
                    blocks=_blocks(message),
                )
        except NotSent as refusal:
            if refusal.reason not in _NOT_HERE:
                raise
            _log.info("job %s: not told in the channel: %s", answer_id(job.key), refusal.reason)
            return False
        return True

    def _direct(self, job: Job, message: Message) -> None:
        client = self.clients.of(job.team, job.enterprise)
        channel = job.channel if job.direct and job.channel else _direct_channel(client, job)
        self._said(client, job, message, channel=channel)

    def _self(self, client: WebClient, job: Job) -> str:
        if job.team not in self._own:
            self._own[job.team] = str(client.auth_test()["user_id"])
        return self._own[job.team]


def _channel(client: WebClient, job: Job) -> str:
    """The job's channel; a direct message with the person where it has none, as on the home page."""
    return job.channel or _direct_channel(client, job)


def _direct_channel(client: WebClient, job: Job) -> str:
    with asking():
        return str(client.conversations_open(users=job.user)["channel"]["id"])


def _is_under(job: Job) -> bool:
    """Whether the job stands in a thread that is there already."""
    return job.thread is not None and job.thread != job.message


def _blocks(message: Message) -> list[dict[str, Any]] | None:
    return [dict(block) for block in message.blocks] or None


def _taken(job: Job, response: WebhookResponse) -> bool:
    reason = _reason(response)
    if response.status_code < 300 and not reason:
        return True
    word = reason or f"status_{response.status_code}"
    if response.status_code == 429 or response.status_code >= 500:
        raise status_failure(response.status_code, word, response.headers, once=False)
    if response.status_code == _BAD_MESSAGE:
        raise NotSent(SPOILT, reason=word)
    _log.info("job %s: the response URL is used up: %s", answer_id(job.key), word)
    return False


def _reason(response: WebhookResponse) -> str:
    """Slack's word for why a response URL did not take a message; the answers are not all JSON."""
    try:
        body = json.loads(response.body)
    except ValueError:
        said = response.body.strip()[:60]
        return "" if response.status_code < 300 and said in ("", "ok") else said
    return str(body.get("error") or "") if isinstance(body, dict) else ""


def _messages(client: WebClient, channel: str, *, thread: str | None, since: str | None) -> Iterator[Mapping[str, Any]]:
    """What stands in a thread, or in a channel, since a message: enough of it to find what was just posted."""
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        limits: dict[str, Any] = {"limit": _PAGE, "cursor": cursor, "oldest": since, "include_all_metadata": True}
        with asking():
            if thread is None:
                response = client.conversations_history(channel=channel, **limits)
            else:
                response = client.conversations_replies(channel=channel, ts=thread, **limits)
        yield from response.get("messages") or ()
        cursor = (response.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return


def _bears(message: Mapping[str, Any], answer: str) -> bool:
    """Whether this is the answer, by its metadata, or by its buttons where Slack keeps the metadata to itself."""
    mark = message.get("metadata") or {}
    marked = mark.get("event_type") == EVENT_TYPE and (mark.get("event_payload") or {}).get("answer") == answer
    return bool(marked) or f"|{answer}|" in json.dumps(message.get("blocks") or ())
