"""The desk: has the archive look up what a job asks for, and says what to send to whom; it sends nothing itself."""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from time import monotonic

from bot import access, commands, followups, messages, orders, remarks
from bot.blocks import Frame, Message, View, modals
from bot.blocks.answers import answer_message
from bot.blocks.home import home_view
from bot.blocks.notices import help_message, notice, refused, report_message, status_message
from bot.blocks.passages import speaker_of
from bot.blocks.quotations import quotes_message
from bot.blocks.sources import checked_message
from bot.citations import Citable, citable
from bot.errors import BadCommand, Refused
from bot.memory import Memory
from bot.talk import (
    Answered,
    Ask,
    ChannelSettings,
    Errand,
    Freshness,
    Job,
    Narrowing,
    Person,
    PersonSettings,
    Press,
    QuotesBy,
    Request,
    Room,
    Shown,
    SourceOf,
    Verb,
    place_of,
)
from embeddings import (
    Archive,
    Article,
    BadQuestion,
    Description,
    Filters,
    NoSpeaker,
    NotReleased,
    Passage,
    Quoted,
    UnknownArticle,
    Viewer,
    WhichSpeaker,
)

SIZE = 5
"""So many passages, or statements, make a page."""
RECENT = 5
_SAME_TALK = timedelta(hours=1)
"""So long a direct message without a thread goes on with what was asked before."""
_FRESH_FOR = 30.0
"""Seconds for which what the archive holds is not counted again."""


class Manner(StrEnum):
    """How a reply reaches people."""

    POST = "post"
    """A message that everybody in the channel can read, in the thread."""
    UPDATE = "update"
    """In the place of the bot's own message that the button stands on."""
    WHISPER = "whisper"
    """A message that only the person sees."""
    REPLACE = "replace"
    """In the place of the private message that the button stands on."""

    @property
    def private(self) -> bool:
        """Whether only the person sees it."""
        return self in (Manner.WHISPER, Manner.REPLACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to send: a message, how, what to write into the answer log, and what to tell only the person afterwards.

    ``channel`` is another one than the job's, where the message goes there.
    """

    message: Message
    manner: Manner
    answered: Answered | None = None
    aside: Message | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """The home page to show to the person."""

    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who may be answered, when the archive counts as stale, and where reports go; 0 hours is never.

    ``workspaces`` are the ids of those that may ask, any where none is named.
    """

    allow_guests: bool = False
    allow_external: bool = False
    workspaces: frozenset[str] = frozenset()
    stale_hours: int = 0
    reports_channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A job with all that is known of who brings it and where."""

    job: Job
    person: Person
    room: Room | None
    channel: ChannelSettings
    prefers: PersonSettings
    at: datetime

    @property
    def alone(self) -> Manner:
        """How an answer of its own reaches the asker: for everybody unless it is asked, or set, to be private."""
        whispered = self.job.respond is not None or (self.channel.private and not self.job.direct)
        return Manner.WHISPER if whispered else Manner.POST

    @property
    def in_place(self) -> Manner:
        """How what a button brings takes the place of the message that it stands on."""
        return Manner.UPDATE if self.job.respond is None else Manner.REPLACE

    def anew(self, answered: Answered) -> Manner:
        """How the same question asked in another way is answered."""
        return Manner.REPLACE if answered.private else self.alone

    def viewer(self, manner: Manner) -> Viewer:
        """What may be seen of the archive in a reply that comes so."""
        return access.viewer(self.person, self.room, private=manner.private)


def answer_id(key: str) -> str:
    """The id of the answer to a job, always the same: a job that is done again answers under the same."""
    return b32encode(blake2b(key.encode(errors="surrogatepass"), digest_size=10).digest()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an archive and a memory of the conversation make of jobs."""

    archive: Archive
    memory: Memory
    policy: Policy
    clock: Callable[[], datetime]
    _counted: list[tuple[float, Description]] = field(default_factory=list)

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        """What to send for a job; raises BotError and ArchiveError, whose messages are for the person."""
        visit = self._visit(job, person, room)
        try:
            self._admit(visit, private=visit.alone.private or job.errand in _ALWAYS_PRIVATE)
        except Refused as refusal:
            if job.errand is not Errand.HOME:
                raise
            return at_home(refused(str(refusal)))
        return _ERRANDS[job.errand](self, visit)

    def view(self, press: Press, job: Job, *, person: Person, room: Room | None) -> View:
        """The modal that a button opens; raises BotError and ArchiveError, whose messages are for the person."""
        visit = self._visit(job, person, room)
        self._admit(visit, private=True)
        view = _VIEWS[press.verb](self, visit, press)
        return {**view, "private_metadata": _left_behind(press, job)} if "submit" in view else view

    def _visit(self, job: Job, person: Person, room: Room | None) -> Visit:
        preferences = self.memory.preferences
        return Visit(
            job=job,
            person=person,
            room=room,
            channel=preferences.channel(job.team, job.channel) if job.channel else ChannelSettings(),
            prefers=preferences.person(job.team, job.user),
            at=self.clock(),
        )

    def _admit(self, visit: Visit, *, private: bool) -> None:
        if self.policy.workspaces and not self.policy.workspaces & {visit.job.team, visit.job.enterprise}:
            raise Refused(messages.NOT_THIS_WORKSPACE)
        access.check(
            visit.person,
            visit.room,
            private=private,
            allow_guests=self.policy.allow_guests,
            allow_external=self.policy.allow_external,
        )

    # Answers of their own.

    def _ask(self, visit: Visit) -> Reply:
        text = visit.job.text.strip()
        if not text:
            return Reply(message=help_message(), manner=visit.alone)
        meant = orders.command(text, sources=self._sources(visit), asked=_day(visit))
        if isinstance(meant, orders.Order):
            return self._ordered(visit, meant)
        if meant is not None:
            return self._told(visit, _with_defaults(meant, visit), manner=visit.alone)
        return self._talked(visit, orders.without_ask(text))

    def _talked(self, visit: Visit, text: str) -> Reply:
        """The answer to plain words, read with what was asked before."""
        before, sources, asked = self._before(visit), self._sources(visit), _day(visit)
        if before is None or before.request is None:
            request: Request = commands.ask(text, sources=sources, asked=asked)
        elif remarks.wants_more(text):
            return self._told(visit, before.request, manner=visit.alone, page=before.page + 1)
        else:
            request = followups.follow(
                before.request,
                text,
                sources=sources,
                asked=asked,
                quoted=lambda name: self._is_quoted(visit, name, visit.viewer(visit.alone)),
            )
        return self._told(visit, _with_defaults(request, visit), manner=visit.alone)

    def _ordered(self, visit: Visit, order: orders.Order) -> Reply:
        """What the bot says about itself."""
        match order.topic:
            case orders.Topic.STATUS:
                return self._status(visit)
            case orders.Topic.QUOTES:
                return Reply(message=notice(orders.quotes_help(self._sources(visit))), manner=visit.alone)
            case orders.Topic.SETTINGS:
                raise BadCommand(orders.SETTINGS_ELSEWHERE)
        return Reply(message=help_message(order.puzzle and visit.job.text), manner=visit.alone)

    def _quotes(self, visit: Visit) -> Reply:
        if orders.wants_help(visit.job.text):
            return self._ordered(visit, orders.Order(orders.Topic.QUOTES))
        request = commands.quotes(visit.job.text, sources=self._sources(visit), asked=_day(visit))
        return self._told(visit, _with_defaults(request, visit), manner=visit.alone)

    def _source(self, visit: Visit) -> Reply:
        return self._told(visit, SourceOf(text=visit.job.text), manner=visit.alone)

    def _help(self, visit: Visit) -> Reply:
        return Reply(message=help_message(visit.job.text), manner=visit.alone)

    def _status(self, visit: Visit) -> Reply:
        viewer = visit.viewer(visit.alone)
        coverage = self.archive.coverage(self._filters_of(viewer))
        # What is on file counts copy under embargo, too.
        message = status_message(coverage, self.freshness(), self._description(), counted=viewer.embargo_group)
        return Reply(message=message, manner=visit.alone)

    # Buttons.

    def _pressed(self, visit: Visit) -> Reply:
        press = Press.read(visit.job.value)
        answered = self._answered(press)
        return _PRESSES[press.verb](self, visit, press, answered)

    def _page(self, visit: Visit, press: Press, answered: Answered) -> Reply:
        return self._again(visit, answered, page=press.place)

    def _near(self, visit: Visit, press: Press, answered: Answered) -> Reply:
        # What does not answer is for whoever wants to see it, not for the channel.
        manner = Manner.REPLACE if answered.private else Manner.WHISPER
        return self._told(visit, _request(answered), manner=manner, near=True)

    def _share(self, visit: Visit, press: Press, answered: Answered) -> Reply:
        self._admit(visit, private=False)
        if visit.person.embargo_group and not visit.viewer(Manner.POST).embargo_group:
            self._keep_embargoes(visit, answered)
        reply = self._told(visit, _request(answered), manner=Manner.POST, page=answered.page, sharer=visit.job.user)
        return replace(reply, aside=notice(messages.SHARED))

    def _choose(self, visit: Visit, press: Press, answered: Answered) -> Reply:
        request = _request(answered)
        if not isinstance(request, QuotesBy):
            raise BadCommand(messages.TOO_OLD)
        viewer = visit.viewer(visit.in_place)
        quotes = self.archive.quotes(request.name, filters=self._filters(visit, request.narrowing, viewer))
        name = chosen(quotes, press.place)
        if name is None:
            raise BadCommand(messages.CHOICES_CHANGED)
        return self._again(visit, replace(answered, request=replace(request, name=name, exactly=True)))

    def _speaker(self, visit: Visit, press: Press, answered: Answered) -> Reply:
        speaker = speaker_of(self._passage(visit, press, answered).quotations)
        if speaker is None:
            raise BadCommand(messages.NOBODY_CREDITED)
        request = QuotesBy(name=speaker, narrowing=_request(answered).narrowing)
        return self._told(visit, request, manner=Manner.WHISPER)

    def _once_more(self, visit: Visit, press: Press, answered: Answered) -> Reply:
        if answered.user != visit.job.user:
            raise BadCommand(messages.TOO_OLD)
        return self._told(visit, _request(answered), manner=Manner.POST)

    # Modals that were sent.

    def _narrowed(self, visit: Visit) -> Reply:
        sent = json.loads(visit.job.value)
        answered = self._answered(Press.read(sent["press"]))
        narrowing = modals.read_narrowing(sent["values"], sources=self._sources(visit))
        request = replace(_request(answered), narrowing=narrowing)
        if isinstance(request, QuotesBy):
            request = replace(request, kinds=modals.read_kinds(sent["values"]))
        return self._told(visit, request, manner=visit.anew(answered))

    def _rated(self, visit: Visit) -> Reply:
        sent = json.loads(visit.job.value)
        press = Press.read(sent["press"])
        reason = modals.read_reason(sent["values"]) if "values" in sent else None
        self.memory.answers.rate(
            press.answer, team=visit.job.team, user=visit.job.user, useful=bool(press.place), reason=reason
        )
        return Reply(message=notice(messages.THANKS), manner=Manner.WHISPER)

    def _reported(self, visit: Visit) -> Reply:
        sent = json.loads(visit.job.value)
        press = Press.read(sent["press"])
        answered, reason = self._answered(press), modals.read_reason(sent["values"])
        self.memory.answers.report(
            press.answer, place=press.place, team=visit.job.team, user=visit.job.user, reason=reason
        )
        thanks, shown = notice(messages.REPORTED), _shown(answered, press)
        if not self.policy.reports_channel or self._is_embargoed(shown):
            return Reply(message=thanks, manner=Manner.WHISPER)
        told = report_message(visit.job.user, shown.article, shown.paragraph, reason)
        return Reply(message=told, manner=Manner.POST, aside=thanks, channel=self.policy.reports_channel)

    def _settings(self, visit: Visit) -> Reply | Home:
        sent = json.loads(visit.job.value)
        # What somebody prefers narrows what everybody reads, too.
        person, channel = modals.read_settings(sent["values"], sources=self.archive.coverage().sources)
        preferences = self.memory.preferences
        preferences.set_person(visit.job.team, visit.job.user, person)
        if channel is not None and visit.job.channel and access.may_administer(visit.person):
            preferences.set_channel(visit.job.team, visit.job.channel, channel)
        if visit.job.direct:
            # They were changed on the home page, which shows them.
            return self._home(replace(visit, prefers=person))
        return Reply(message=notice(messages.SETTINGS_KEPT), manner=Manner.WHISPER)

    # Views.

    def _context(self, visit: Visit, press: Press) -> View:
        shown = _shown(self._answered(press), press)
        return modals.context_view(self._version(visit, shown), shown.paragraph, at=self._now())

    def _citation(self, visit: Visit, press: Press) -> View:
        words = self._words(visit, press)
        return modals.citation_view(words, visit.prefers.citing, _day(visit), at=self._now())

    def _narrowing(self, visit: Visit, press: Press) -> View:
        answered = self._answered(press)
        request = _request(answered)
        kinds = request.kinds if isinstance(request, QuotesBy) else None
        # What is chosen here stands in the answer.
        coverage = self.archive.coverage(self._filters_of(visit.viewer(visit.anew(answered))))
        return modals.narrow_view(press.answer, request.narrowing, coverage, kinds=kinds)

    def _report(self, visit: Visit, press: Press) -> View:
        return modals.report_view(press.answer, press.place, *self._words(visit, press).texts)

    def _reason(self, visit: Visit, press: Press) -> View:
        return modals.reason_view(press.answer)

    def _settings_view(self, visit: Visit, press: Press) -> View:
        channel = visit.channel if visit.job.channel and not visit.job.direct else None
        return modals.settings_view(
            visit.prefers, channel, admin=access.may_administer(visit.person), coverage=self.archive.coverage()
        )

    # What all of these need.

    def _told(
        self,
        visit: Visit,
        request: Request,
        *,
        manner: Manner,
        page: int = 0,
        near: bool = False,
        sharer: str | None = None,
    ) -> Reply:
        """An answer of its own, under the id that belongs to the job."""
        job = visit.job
        frame = Frame(
            answer=answer_id(job.key),
            freshness=self.freshness(),
            asker=None if manner.private or job.direct or sharer else job.user,
            sharer=sharer,
            private=manner.private,
            page=page,
            near=near,
        )
        return self._reply(visit, request, frame, manner=manner, user=job.user)

    def _again(self, visit: Visit, answered: Answered, *, page: int = 0) -> Reply:
        """The same answer, in the place of the message that shows it."""
        frame = Frame(
            answer=answered.id,
            freshness=self.freshness(),
            asker=None if answered.private or visit.job.direct else answered.user,
            private=answered.private,
            page=page,
        )
        return self._reply(visit, _request(answered), frame, manner=visit.in_place, user=answered.user)

    def _reply(self, visit: Visit, request: Request, frame: Frame, *, manner: Manner, user: str) -> Reply:
        message, job = self._message(visit, request, frame, visit.viewer(manner)), visit.job
        answered = Answered(
            id=frame.answer,
            team=job.team,
            user=user,
            request=request,
            at=visit.at,
            channel=job.channel,
            thread=job.thread,
            ts=job.message if manner is Manner.UPDATE else None,
            private=frame.private,
            page=frame.page,
            shown=message.shown,
            enterprise=job.enterprise,
        )
        return Reply(message=message, manner=manner, answered=answered)

    def _message(self, visit: Visit, request: Request, frame: Frame, viewer: Viewer) -> Message:
        filters = self._filters(visit, request.narrowing, viewer)
        frame = replace(frame, at=filters.at)
        match request:
            case Ask():
                shown = (frame.page + 1) * SIZE
                answer = self.archive.ask(
                    request.question, filters=filters, asked=_day(visit), limit=shown + 1, marked=shown
                )
                return answer_message(request, answer, frame=frame, size=SIZE)
            case QuotesBy():
                quotes = self.archive.quotes(
                    request.name,
                    about=request.about,
                    filters=filters,
                    kinds=request.kinds,
                    limit=SIZE,
                    offset=frame.page * SIZE,
                    exactly=request.exactly,
                )
                return quotes_message(request, quotes, frame=frame, size=SIZE)
            case SourceOf():
                return checked_message(request, self.archive.check(request.text, filters=filters), frame=frame)

    def _filters_of(self, viewer: Viewer) -> Filters:
        """Everything that this viewer may see now."""
        return replace(self.archive.open_filters(), viewer=viewer)

    def _now(self) -> datetime:
        """The moment that decides on embargoes."""
        return self.archive.open_filters().at

    def _filters(self, visit: Visit, narrowing: Narrowing, viewer: Viewer) -> Filters:
        return replace(
            self._filters_of(viewer),
            outlets=access.allowed_outlets(visit.channel, narrowing),
            since=narrowing.since,
            before=narrowing.before,
        )

    def _before(self, visit: Visit) -> Answered | None:
        """What was asked before in the same talk: in its thread, or not long ago in direct messages."""
        job, answers = visit.job, self.memory.answers
        if job.channel is None or (job.respond is not None and not job.direct):
            return None
        if job.thread is not None and job.thread != job.message:
            # A private answer may have named what only the embargo group may see.
            secret = visit.person.embargo_group and not visit.viewer(visit.alone).embargo_group
            return answers.latest(job.team, job.channel, job.thread, user=None if secret else job.user)
        recent = answers.recent(job.team, job.user, limit=RECENT) if job.direct else ()
        here = [one for one in recent if one.channel == job.channel and visit.at - one.at < _SAME_TALK]
        return here[0] if here else None

    def _answered(self, press: Press) -> Answered:
        answered = self.memory.answers.answer(press.answer)
        if answered is None:
            raise BadCommand(messages.TOO_OLD)
        return answered

    def _passage(self, visit: Visit, press: Press, answered: Answered) -> Passage:
        shown = _shown(answered, press)
        self._version(visit, shown)
        return self.archive.passage(shown.article, shown.paragraph, viewer=visit.viewer(Manner.WHISPER))

    def _words(self, visit: Visit, press: Press) -> Citable:
        """The very words that were shown."""
        answered = self._answered(press)
        return citable(self._passage(visit, press, answered), _shown(answered, press).span)

    def _version(self, visit: Visit, shown: Shown) -> Article:
        """The article that was shown, if that is still its newest version: nobody is to go on with corrected words.

        Only the person sees it. That it is under embargo by now is told to nobody outside the group.
        """
        viewer = visit.viewer(Manner.WHISPER)
        if not viewer.embargo_group and self._is_embargoed(shown):
            raise BadCommand(messages.CHANGED_SINCE)
        article = self.archive.article(shown.article, viewer=viewer)
        if article.fingerprint != shown.fingerprint:
            raise BadCommand(messages.CHANGED_SINCE)
        return article

    def _repeats_withdrawn(self, visit: Visit, answered: Answered) -> bool:
        """Whether the words whose source was looked for may be those of an article that may not be shown any more."""
        if not isinstance(answered.request, SourceOf):
            return False
        try:
            for one in answered.shown:
                self.archive.article(one.article, viewer=visit.viewer(Manner.WHISPER))
        except (UnknownArticle, NotReleased):
            return True
        return False

    def _is_embargoed(self, shown: Shown) -> bool:
        try:
            return access.embargoed(self.archive.article(shown.article, audit=True), self._now())
        except UnknownArticle:
            return False

    def _keep_embargoes(self, visit: Visit, answered: Answered) -> None:
        """Raise Refused where an answer shows copy under embargo, or names somebody who is quoted only there."""
        request = _request(answered)
        if any(map(self._is_embargoed, answered.shown)):
            raise Refused(messages.HOLDS_EMBARGOED)
        if not isinstance(request, QuotesBy) or self._is_quoted(visit, request.name, Viewer()):
            return
        if self._is_quoted(visit, request.name, visit.viewer(Manner.WHISPER)):
            raise Refused(messages.HOLDS_EMBARGOED)

    def _is_quoted(self, visit: Visit, name: str, viewer: Viewer) -> bool:
        try:
            return bool(self.archive.speakers(name, filters=self._filters(visit, Narrowing(), viewer)))
        except BadQuestion:
            return False

    def _sources(self, visit: Visit) -> frozenset[str]:
        """The outlets, agencies and carriers that may be named in an answer here."""
        return self.archive.coverage(self._filters_of(visit.viewer(visit.alone))).sources

    def freshness(self) -> Freshness:
        """When the archive was last fed, and whether that is too long ago."""
        ingested = self._description().last_ingest
        hours = self.policy.stale_hours
        stale = bool(hours) and (ingested is None or self.clock() - ingested > timedelta(hours=hours))
        return Freshness(ingested=ingested, stale=stale)

    def _description(self) -> Description:
        """What the archive holds; counted anew when the last count is old."""
        now = monotonic()
        if not self._counted or now - self._counted[-1][0] > _FRESH_FOR:
            self._counted[:] = [(now, self.archive.status())]
        return self._counted[-1][1]

    def _home(self, visit: Visit) -> Home:
        job, coverage = visit.job, self.archive.coverage()
        # When copy under embargo came in from an outlet is nobody's business yet.
        whole = self.archive.coverage(self._filters_of(Viewer(embargo_group=True))).outlets
        arrivals = self._description().sources
        fed = {name: at for name, at in arrivals.items() if coverage.outlets.get(name) == whole.get(name, 0)}
        view = home_view(
            coverage=coverage,
            newest=fed,
            freshness=self.freshness(),
            recent=[
                one
                for one in self.memory.answers.recent(job.team, job.user, limit=RECENT)
                if not self._repeats_withdrawn(visit, one)
            ],
            person=visit.prefers,
            admin=access.may_administer(visit.person),
        )
        # Slack does not say with which channel a button of the page goes: what is asked again there belongs into one.
        kept = {"team": job.team, "enterprise": job.enterprise, "channel": job.channel}
        return Home({**view, "private_metadata": json.dumps(kept)})


def at_home(message: Message) -> Home:
    """A page that says only this: nobody wants a message for each look at it."""
    return Home({"type": "home", "blocks": list(message.blocks)})


def chosen(quotes: object, place: int) -> str | None:
    """The name of the speaker that a choice's button stands for, if it is still among the choices."""
    match quotes:
        case WhichSpeaker(choices=speakers) | NoSpeaker(nearest=speakers):
            names = [one.name for one in speakers if place_of(one.name) == place]
        case Quoted(speaker=speaker) if place_of(speaker.name) == place:
            names = [speaker.name]
        case _:
            names = []
    return names[0] if len(names) == 1 else None


def _day(visit: Visit) -> date:
    """The day of asking, by the asker's own clock."""
    return (visit.at + timedelta(seconds=visit.person.utc_offset)).date()


def _request(answered: Answered) -> Request:
    if answered.request is None:
        raise BadCommand(messages.TOO_OLD)
    return answered.request


def _shown(answered: Answered, press: Press) -> Shown:
    place = press.place - answered.page * SIZE
    if not 0 <= place < len(answered.shown):
        raise BadCommand(messages.PAGE_TURNED)
    return answered.shown[place]


def _with_defaults(request: Request, visit: Visit) -> Request:
    """Narrowed by what the person prefers, where the request says nothing itself; the answer shows it.

    Outlets that the channel does not allow are preferred elsewhere.
    """
    mine, prefers = request.narrowing, visit.prefers.narrowing
    dated = mine.since is not None or mine.before is not None
    allowed = {outlet.casefold() for outlet in visit.channel.outlets}
    outlets = tuple(outlet for outlet in prefers.outlets if not allowed or outlet.casefold() in allowed)
    return replace(
        request,
        narrowing=Narrowing(
            outlets=mine.outlets or outlets,
            since=mine.since if dated else prefers.since,
            before=mine.before if dated else prefers.before,
        ),
    )


def _left_behind(press: Press, job: Job) -> str:
    """What a modal carries along, so that the job that sends it knows where it was opened."""
    names = ("team", "enterprise", "channel", "thread", "message", "respond", "direct", "external")
    return json.dumps({"press": press.value, **{name: getattr(job, name) for name in names}})


_ALWAYS_PRIVATE = frozenset({Errand.HOME, Errand.RATED, Errand.REPORTED, Errand.SETTINGS})

_ERRANDS: Mapping[Errand, Callable[[Desk, Visit], Reply | Home]] = {
    Errand.ASK: Desk._ask,
    Errand.QUOTES: Desk._quotes,
    Errand.SOURCE: Desk._source,
    Errand.HELP: Desk._help,
    Errand.STATUS: Desk._status,
    Errand.PRESSED: Desk._pressed,
    Errand.NARROWED: Desk._narrowed,
    Errand.RATED: Desk._rated,
    Errand.REPORTED: Desk._reported,
    Errand.SETTINGS: Desk._settings,
    Errand.HOME: Desk._home,
}

_PRESSES: Mapping[Verb, Callable[[Desk, Visit, Press, Answered], Reply]] = {
    Verb.PAGE: Desk._page,
    Verb.NEAR: Desk._near,
    Verb.SHARE: Desk._share,
    Verb.CHOOSE: Desk._choose,
    Verb.SPEAKER: Desk._speaker,
    Verb.AGAIN: Desk._once_more,
}

_VIEWS: Mapping[Verb, Callable[[Desk, Visit, Press], View]] = {
    Verb.CONTEXT: Desk._context,
    Verb.CITE: Desk._citation,
    Verb.NARROW: Desk._narrowing,
    Verb.REPORT: Desk._report,
    Verb.RATE: Desk._reason,
    Verb.SETTINGS: Desk._settings_view,
}
