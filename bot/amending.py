"""What becomes of messages when an article that they show changes, and who is told; it sends nothing itself.

A job to amend looks at everything that its message shows, whichever article changed: the message then says what the
archive says at that moment. What it shows from now on is written down together with the job to tell its readers. A
message that nobody can change, such as a private answer, is followed by one that stands in for it, and that one is
amended later as any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import access, messages
from bot.blocks import Frame, Message
from bot.blocks.amendments import Place, alert_message, amended_message, note_message
from bot.blocks.frame import MOST
from bot.blocks.parts import mention, plain, timed
from bot.desk import SIZE, Manner, Reply, answer_id
from bot.memory import Memory, amendments_from_json, amendments_to_json
from bot.talk import Amendment, Answered, Became, Errand, Freshness, Job, Shown, SourceOf
from bot.verdicts import Fates, verdict, verdicts
from embeddings import (
    Archive,
    Corrected,
    NotReleased,
    UnknownArticle,
    Viewer,
    Withdrawn,
)

_BEFORE = timedelta(minutes=1)
"""What was posted about a change is not older than the change by more than this, whatever clocks say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """An answer as the log has it and as it is from now on, with the message for it: None where nobody can change it.

    ``unchanged`` is what the log says where it could not be changed: what stands is watched there, and all else in the
    message that stands in for it. ``news`` are the amendments that have come about, of which another message tells
    those that are ``known``; with ``stays``, all are of words on a page that was turned.
    """

    job: Job
    before: Answered
    after: Answered
    unchanged: Answered
    message: Message | None
    news: tuple[Amendment, ...]
    known: tuple[Amendment, ...] = ()
    stays: bool = False

    def logged(self, *, edited: bool) -> Answered:
        """What the log says from now on."""
        return self.after if edited else self.unchanged

    def jobs(self, *, edited: bool) -> tuple[Job, ...]:
        """The job to tell the readers of the message, where there is something to tell and somebody to be told."""
        telling = [one for one in self.news if one.became is not Became.STANDS and one not in self.known]
        unseen = _is_whispered(self.before) and not self.before.user
        if not telling or unseen or self.before.about is not None:
            return ()
        return (_tell(self.job, self.before, telling, edited=edited),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amending:
    """What the archive, and the memory of what was shown, make of jobs to amend, to tell and to alert."""

    archive: Archive
    memory: Memory
    freshness: Callable[[], Freshness]
    clock: Callable[[], datetime]

    def amended(self, job: Job, *, viewer: Callable[[], Viewer]) -> Amended | None:
        """What becomes of a message; None where it stays as it is. ``viewer`` is whoever reads it."""
        sent = json.loads(job.value)
        answered = self.memory.answers.answer(sent["answer"])
        if answered is None or (answered.ts is None and not answered.private):
            # What is not posted yet is looked at once more as soon as it is.
            return None
        fates, at = self._fates(viewer), datetime.fromisoformat(sent["at"])
        if answered.about is not None:
            return self._note_amended(job, answered, fates, at)
        left, lasting = self.memory.answers.left_open(answered.id), self.memory.answers.lasting(answered.id)
        found = verdicts(answered, fates, at, first=answered.page * SIZE, left=left, lasting=lasting)
        news = [one.news for one in found if one.news]
        turned = [one for one in left if not any(map(one.is_of, answered.shown))]
        news += [one.news for one in (verdict(one, None, None, fates, at) for one in turned) if one.news]
        if not news:
            return None
        here = found[: len(answered.shown)]
        after = replace(
            answered,
            shown=tuple(one.shown for one in here),
            amendments=tuple(one.kept for one in found if one.kept),
        )
        unchanged = replace(
            answered,
            shown=tuple(one.shown if one.stands else old for one, old in zip(here, answered.shown, strict=True)),
        )
        message, stays = None, not any(one.news for one in found)
        if not (stays or _is_whispered(answered)):
            message = amended_message(after, [one.place for one in found], frame=self._frame(after), size=SIZE)
        return Amended(
            job=job,
            before=answered,
            after=after,
            unchanged=unchanged,
            message=message,
            news=tuple(news),
            known=tuple(one.news for one in found if one.news and one.known),
            stays=stays and not _is_whispered(answered),
        )

    def _note_amended(self, job: Job, answered: Answered, fates: Fates, at: datetime) -> Amended | None:
        """A word in a thread stays what it is until words in it may not be shown any more."""
        found = [verdict(one, None, None, fates, at).news for one in self.memory.answers.left_open(answered.id)]
        news = tuple(one for one in found if one and one.became is Became.WITHDRAWN)
        if not news:
            return None
        places = [self._place(one, fates, alone=True) for one in answered.amendments]
        told = [one for one in places if one is not None]
        message = note_message(self._asker(answered), told)
        after = replace(answered, shown=message.shown, amendments=tuple(one.amendment for one in told if one.amendment))
        return Amended(job=job, before=answered, after=after, unchanged=answered, message=message, news=news)

    def _fates(self, viewer: Callable[[], Viewer]) -> Fates:
        return Fates(self.archive, self.archive.open_filters(), viewer)

    def _asker(self, answered: Answered) -> str | None:
        """Whom to name: nobody who was forgotten, and nobody where they are alone with the bot."""
        return None if _is_direct(answered) else answered.user or None

    def _frame(self, answered: Answered) -> Frame:
        return Frame(
            answer=answered.id,
            freshness=self.freshness(),
            asker=self._asker(answered),
            page=answered.page,
            at=self.archive.open_filters().at,
        )

    # Who is told.

    def told(self, job: Job, *, viewer: Callable[[], Viewer]) -> Reply | None:
        """What readers of a message are told; None where there is nothing to tell any more."""
        sent = json.loads(job.value)
        about = self.memory.answers.answer(sent["answer"])
        if about is None:
            return None
        edited = bool(sent["edited"])
        fates = self._fates(viewer)
        found = [self._place(one, fates, alone=not edited) for one in amendments_from_json(sent["amendments"])]
        places = [one for one in found if one is not None][:MOST]
        if not places:
            return None
        answered = Answered(
            id=answer_id(job.key),
            team=job.team,
            user=about.user,
            request=None,
            at=self.clock(),
            channel=job.channel,
            thread=job.thread,
            private=job.thread is None,
            enterprise=job.enterprise,
        )
        reply = self._note(answered, about, places) if edited else self._stand_in(answered, about, places)
        return replace(reply, channel=job.channel if job.thread is None else None)

    def _note(self, answered: Answered, about: Answered, places: list[Place]) -> Reply:
        """A word beside a message that was changed."""
        lines = _which(about) if answered.thread is None else ()
        message = note_message(self._asker(answered), places, about=lines)
        answered = replace(
            answered,
            about=about.id,
            shown=message.shown,
            amendments=tuple(one.amendment for one in places if one.amendment),
        )
        return Reply(message=message, manner=Manner.POST, answered=answered)

    def _stand_in(self, answered: Answered, about: Answered, places: list[Place]) -> Reply:
        """A message in the place of one that nobody can change: what is shown first, under numbers of its own."""
        places.sort(key=lambda one: one.shown is None)
        places = [_numbered(one, at) for at, one in enumerate(places)]
        asker = self._asker(answered)
        lines = (
            *(_which(about) if answered.thread is None else ()),
            *([mention(asker)] if asker else ()),
            plain(messages.ONLY_SEEN_BY_YOU if _is_whispered(about) else messages.CANNOT_BE_CHANGED),
        )
        amendments = tuple(one.amendment for one in places if one.amendment)
        message = amended_message(answered, places, frame=self._frame(replace(answered, user="")), about=lines)
        return Reply(
            message=message,
            manner=Manner.POST,
            answered=replace(answered, shown=message.shown, amendments=amendments),
        )

    def _place(self, amendment: Amendment, fates: Fates, *, alone: bool) -> Place | None:
        """What is told of a passage. Where the message follows by itself, what is withdrawn by now is told then."""
        fate = fates.of(amendment.before)
        if isinstance(fate, Withdrawn) and amendment.became is not Became.WITHDRAWN:
            if not alone:
                return None
            amendment = replace(amendment, became=Became.WITHDRAWN, reason=fate.reason.value)
        if amendment.became is Became.WITHDRAWN:
            return fates.withdrawn(amendment)
        if isinstance(fate, Corrected):
            cited = fates.cited(fate.passage) if fate.passage else None
            return Place(cited=cited, amendment=amendment, change=fate)
        return None

    def elsewhere(self, job: Job) -> Job | None:
        """The same to be told to the person directly, where it could not be told in the thread."""
        if job.thread is None or not job.user:
            return None
        return replace(job, key=f"{job.key}|direct", channel=None, thread=None, direct=True)

    # What else there is.

    def overtaken(self, answered: Answered) -> tuple[Job, ...]:
        """A job to amend an answer that was just given, if what it shows has changed since it was looked up."""
        gone = [one.before for one in answered.amendments if one.became is Became.GONE]
        if all(map(self._is_newest, [one for one in answered.shown if one not in gone])):
            return ()
        return (amend(answered, at=self.clock(), cause=f"after {self.clock().isoformat()}"),)

    def _is_newest(self, shown: Shown) -> bool:
        try:
            # Who may see it was decided before it was shown.
            article = self.archive.article(shown.article, viewer=Viewer(embargo_group=True))
        except (UnknownArticle, NotReleased):
            return False
        return article.fingerprint == shown.fingerprint

    def warned(self, job: Job) -> Reply | None:
        """What those who run the archive have to decide; None when it was decided."""
        number = int(job.value)
        alert = next((one for one in self.archive.alerts(after=number - 1) if one.number == number), None)
        if alert is None:
            return None
        if any(map(self._is_embargoed, alert.articles)):
            # Whoever reads the channel need not be of the embargo group.
            alert = replace(alert, articles=(), words=messages.NOT_FOR_THIS_CHANNEL)
        return Reply(message=alert_message(alert), manner=Manner.POST, channel=job.channel)

    def _is_embargoed(self, article_id: str) -> bool:
        try:
            return access.embargoed(self.archive.article(article_id, audit=True), self.archive.open_filters().at)
        except UnknownArticle:
            return False


# Jobs


def amend(answered: Answered, *, at: datetime, cause: str) -> Job:
    """The job to look at a message again; ``cause`` tells it from others of the same message."""
    return Job(
        key=f"amend {answered.id} {cause}",
        errand=Errand.AMEND,
        team=answered.team,
        enterprise=answered.enterprise,
        user=answered.user,
        channel=None if _is_whispered(answered) else answered.channel,
        value=json.dumps({"answer": answered.id, "at": at.isoformat()}),
        direct=_is_direct(answered),
    )


def _tell(job: Job, answered: Answered, news: Iterable[Amendment], *, edited: bool) -> Job:
    news = list(news)
    whispered = _is_whispered(answered)
    told = {"answer": answered.id, "edited": edited, "amendments": amendments_to_json(news)}
    return replace(
        job,
        key=f"tell {job.key}",
        errand=Errand.TELL,
        channel=None if whispered else answered.channel,
        thread=None if whispered else answered.thread or answered.ts,
        message=f"{(news[0].at - _BEFORE).timestamp():.6f}",
        value=json.dumps(told),
        direct=whispered or job.direct,
    )


def _numbered(place: Place, at: int) -> Place:
    amendment = place.amendment
    return replace(place, amendment=amendment and replace(amendment, place=at))


def _is_whispered(answered: Answered) -> bool:
    """Whether it is one of those messages that only one person sees and that nobody can change."""
    return answered.private and answered.ts is None


def _is_direct(answered: Answered) -> bool:
    return (answered.channel or "").startswith("D")


def _which(about: Answered) -> tuple[str, ...]:
    """To which answer a direct message belongs."""
    # Words whose source was looked for may be those that are withdrawn.
    known = about.request is not None and not isinstance(about.request, SourceOf)
    asked = messages.request_line(about.request) if about.request is not None and known else None
    told = messages.was_shown(asked, about.at)
    return (timed(plain(told, 600), about.at),)
