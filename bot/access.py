"""Who may be answered, where, and out of which outlets; whatever is not known counts as not allowed."""

from __future__ import annotations

from datetime import datetime

from bot import messages
from bot.errors import Refused
from bot.talk import ChannelSettings, Narrowing, Person, Room
from embeddings import Article, Viewer


def check(person: Person, room: Room | None, *, private: bool, allow_guests: bool, allow_external: bool) -> None:
    """Pass when this person may be answered here, ``room`` None being a direct message; else raise Refused."""
    if person.external and not allow_external:
        raise Refused(messages.EXTERNAL_PERSON)
    if person.guest and not allow_guests:
        raise Refused(messages.GUEST)
    if room is not None:
        _check_room(room, unseen=private and not (person.guest or person.external), allow_external=allow_external)


def _check_room(room: Room, *, unseen: bool, allow_external: bool) -> None:
    """``unseen`` answers reach one full member, whoever else reads the channel."""
    if room.external and not allow_external:
        raise Refused(messages.SHARED_ROOM)
    if not room.known and not unseen:
        raise Refused(messages.UNKNOWN_ROOM)


def viewer(person: Person, room: Room | None, *, private: bool) -> Viewer:
    """What whoever asks may see in an answer that will stand here, ``room`` None being a direct message.

    Copy under embargo is for the embargo group alone, and is never put where somebody else reads it.
    """
    unseen = private or room is None or room.cleared
    return Viewer(embargo_group=person.embargo_group and unseen)


def embargoed(article: Article, at: datetime) -> bool:
    """Whether an article is for the embargo group alone at this moment."""
    until = article.embargoed_until
    return article.held or (until is not None and until > at)


def allowed_outlets(channel: ChannelSettings, narrowing: Narrowing) -> frozenset[str]:
    """The outlets asked for that the channel allows, none for any; raises Refused when it allows none of them.

    Names are compared as printed, capitals aside: that one of them carries another is not looked into.
    """
    allowed = {outlet.casefold(): outlet for outlet in channel.outlets}
    asked = {outlet.casefold(): outlet for outlet in narrowing.outlets}
    if not (allowed and asked):
        return frozenset((allowed or asked).values())
    both = frozenset(outlet for folded, outlet in allowed.items() if folded in asked)
    if not both:
        names = {"allowed": ", ".join(sorted(channel.outlets)), "asked": ", ".join(narrowing.outlets)}
        raise Refused(messages.OUTLETS_NOT_ALLOWED.format(**names))
    return both


def may_administer(person: Person) -> bool:
    """Whether this person may change a channel's settings."""
    return person.admin and not (person.guest or person.external)
