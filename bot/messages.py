"""Every sentence that the bot says, worded once, for reporters; plain text, which whoever shows it must escape.

Nothing on file is said as just that: the archive is never said to prove that words were not spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from bot.settings import Slack
from bot.talk import Ask, Became, Freshness, Narrowing, QuotesBy, Request, SourceOf
from embeddings import Article, Coverage, Description, Hop, Kind, Named, Nature, Quotation, Role, Speaker

SURE = 0.5
"""What is less likely to be right is shown as unsure."""
_PLENTY = 6
"""So many names are given before the rest are counted."""
_ANYTHING = Narrowing()
_WORDS = re.compile(r"\w+")
_ACRONYM = re.compile(r"[A-Z]{2,8}")
_BOTH = re.compile(r"(?P<whole>.*\S)\s*\((?P<short>[A-Z]{2,8})\)")
_GENERIC = (" newswire", " news agency")
"""What an agency's name in full has that its short one lacks."""
_OPENED = re.compile(r"\s*[\"“„«‟]")

# Buttons and menus: short, as Slack cuts them at about 30 characters.
MORE = "More passages"
MORE_QUOTES = "More quotes"
BACK = "Back"
NARROW = "Narrow by date or outlet"
CHANGE = "Change dates or outlets"
POST = "Post to channel"
SHOW_CONTEXT = "Show in context"
COPY = "Copy citation"
MORE_BY = "More by this speaker"
REPORT = "Report a wrong quote"
CHOOSE = "This one"
AGAIN = "Ask again"
SETTINGS = "Change settings"
USEFUL = "Useful"
NOT_USEFUL = "Not right"
USEFUL_ALOUD = "This answer was useful"
NOT_USEFUL_ALOUD = "Something is wrong with this answer"

# Signs around exact words, never among them.
EARLIER = "… begins earlier; the whole paragraph is under ⋯ Show in context"
CUT = "… cut here; the whole paragraph is under ⋯ Show in context"
EARLIER_HERE = "… begins earlier than this window has room for"
CUT_HERE = "… cut here: longer than this window has room for"
SPLIT = " … "
"""Stands where words of the article that are not the speaker's have been left out between two parts of a quotation."""
NO_WORDS = "There are no words in this paragraph."

UNTITLED = "No headline on file"
PRIVATE = "only you can see this"
NOBODY = "nobody named"
UNSURE = "unsure"

NOT_ON_FILE = "Nothing on file answers this."
NO_EVIDENCE = "That is not evidence that it was not said."
NOTHING_TO_SEARCH = "Nothing was searched: no article that could be searched is on file."
NEAR = "Nearest on file. None of these answers the question:"
NO_FURTHER = "No further passages."
EXACTLY_ON_FILE = "These exact words are on file."
LIKE_ON_FILE = "Not word for word on file. The nearest words on file:"
PARTED_ON_FILE = "All of these words are on file in this order, with other words between them:"
PARTLY_ON_FILE = "Some of this is on file word for word, and some is not:"
WORD_FOR_WORD = "Word for word on file:"
MISSING = "Nothing like this is on file:"
UNLIKE = "Nothing like these words is on file."
ON_FILE = "On file; in bold what your text does not have:"
YOURS = "Your text; struck through what is not on file:"

SEARCHING = "is looking in the archive…"
"""What Slack shows after the bot's name while an answer is being looked for."""
PROMPTS = (
    ("What can you do?", "What can you do?"),
    ("Ask what was said", "What did officials say?"),
    ("Ask what was decided", "What was decided?"),
    ("Ask what was announced", "What was announced?"),
)
"""What a new conversation suggests: a title, and what is asked when it is pressed."""

OUR_FAULT = "Something went wrong on our side, and this was not answered."
NOT_AT_HAND = "The archive cannot be read at the moment, and this was not answered."
GIVEN_UP = "This was tried several times and could not be finished."
NOT_THIS_WORKSPACE = "This archive is not open to your workspace. Whoever runs it can add it to `ONRECORD_WORKSPACES`."
TOO_OLD = "That answer is too old to work with. Ask again, and use the buttons of the new answer."
PAGE_TURNED = "This answer shows another page by now. Turn it back to the page that you mean, and press once more."
CHANGED_SINCE = "The article has changed since this answer. Ask again to see the version on file now."
CHOICES_CHANGED = "The names on file have changed since. Ask again with `/quotes` and the name."
NOBODY_CREDITED = "Nobody is credited with words in this passage. Try `/quotes` with a name."
THANKS = "Thank you. This is noted."
HOLDS_EMBARGOED = (
    "This answer has copy under embargo, which is not for everybody in that channel, so it is not posted there. "
    "Ask in the channel itself for what is open."
)
REPORTED = "Thank you. The report is kept for the people who run the archive."
SETTINGS_KEPT = "Your settings are saved."
SHARED = "Posted to the channel, with your name."

# What becomes of an answer when an article that it shows changes.
SHOWN_BEFORE = "Struck through: what was shown before. In bold: what is on file now."
NO_LONGER_THERE = "No longer in the article; what stood here:"
ELSEWHERE = "on another page of this answer"
CANNOT_BE_CHANGED = "I could not change the answer itself; this holds instead, under numbers of its own."
ONLY_SEEN_BY_YOU = (
    "Slack lets nobody change an answer that only you can see, so here is what has changed, under numbers of its own."
)
WAITING = "Something in the archive waits for a person's decision"
REVIEW = "Decide with `onrecord review`."
NOT_FOR_THIS_CHANNEL = "Which articles these are is not for this channel."
_BECAME = {
    Became.STANDS: "UNCHANGED",
    Became.CORRECTED: "CORRECTED",
    Became.GONE: "CORRECTED",
    Became.WITHDRAWN: "WITHDRAWN",
}
_ADVICE = {
    Became.CORRECTED: "Do not use what is struck through.",
    Became.GONE: "It is no longer in the article: do not use it.",
    Became.WITHDRAWN: "Do not use what stood there.",
}
_NOT_TO_BE_SHOWN = "The article may not be shown any more"
_REASONS = {
    "killed": "The article was killed",
    "withheld": "The article is withheld for now",
    # That there is an embargo is for the embargo group to know.
    "under embargo": "The article is withheld for now",
    "removed": "The article was removed from the archive",
}

# What those are told who may not be answered.
EXTERNAL_PERSON = (
    "I answer only members of this workspace from the archive, and your account belongs to another organisation. "
    "Ask a colleague here to look it up, or whoever runs Onrecord here to set `ONRECORD_ALLOW_EXTERNAL=yes`."
)
GUEST = (
    "I do not answer guests from the archive. "
    "Ask a full member here to look it up, or whoever runs Onrecord here to set `ONRECORD_ALLOW_GUESTS=yes`."
)
SHARED_ROOM = (
    "This channel is shared with another organisation, and the archive stays inside this one. "
    "Ask me in a direct message, or whoever runs Onrecord here to set `ONRECORD_ALLOW_EXTERNAL=yes`."
)
UNKNOWN_ROOM = (
    "Slack does not let me see who reads this channel, so I do not answer in it. "
    "Invite me to the channel and ask again, or ask me in a direct message."
)
OUTLETS_NOT_ALLOWED = (
    "This channel is answered out of {allowed} only, and not out of {asked}. "
    "Ask without naming an outlet, or an admin of the channel to change its settings (`/onrecord settings`)."
)


def day(moment: date | datetime | None) -> str | None:
    """A day as newsrooms write it: 14 September 2026."""
    return f"{moment.day} {moment:%B} {moment.year}" if moment else None


def minute(moment: datetime) -> str:
    """A moment to the minute, in UTC: 14 September 2026, 09:40 UTC."""
    there = moment.astimezone(UTC)
    return f"{day(there)}, {there:%H:%M} UTC"


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 article, 1,778 articles."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def listed(names: Sequence[str], most: int = _PLENTY) -> str:
    """Names in a row, the last of many only counted."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def ended(words: str) -> str:
    """The words with a full stop, where they end in none and in no example to type."""
    return f"{words}." if words[-1:].isalnum() or words[-1:] in tuple(")”’\"'") else words


def searched(coverage: Coverage, narrowing: Narrowing = _ANYTHING) -> str:
    """What was searched: articles, outlets, from when to when; or why that is nothing."""
    if not coverage.articles:
        return _searched_nothing(narrowing)
    of = f" from {listed(by_count(coverage))}" if coverage.outlets else ""
    when = f", {day(coverage.first)} to {day(coverage.last)}" if coverage.first and coverage.last else ""
    return f"Searched {counted(coverage.articles, 'article')}{of}{when}."


def _searched_nothing(narrowing: Narrowing) -> str:
    days = period(narrowing.since, narrowing.before)
    of = f"from {' or '.join(narrowing.outlets)}" if narrowing.outlets else ""
    wanted = " and ".join(part for part in (of, f"published {days}" if days else "") if part)
    return f"Nothing was searched: no article on file is {wanted}." if wanted else NOTHING_TO_SEARCH


def no_evidence(coverage: Coverage) -> str:
    """What it does not mean that words were not found, where any were looked for."""
    return NO_EVIDENCE if coverage.articles else ""


def disputed(speaker: str) -> str:
    """That the article credits somebody else, which says nothing of what the one named has said."""
    shown = speaker if len(speaker) <= 100 else f"{speaker[:99]}…"
    return f"This article does not give these words to {shown}."


def more_likenesses(count: int) -> str:
    """That more was found than is shown."""
    return f"{counted(count, 'further passage')} left out: paste less to see them."


def by_count(coverage: Coverage) -> list[str]:
    """The outlets, the one with most articles first."""
    return sorted(coverage.outlets, key=lambda name: (-coverage.outlets[name], name))


def fresh(freshness: Freshness, newest: date | None) -> str:
    """How fresh the archive is: its newest article where that is known, and when it last took some in."""
    return _begun(f"newest on file {day(newest)} · {ingested(freshness)}" if newest else ingested(freshness))


def _begun(words: str) -> str:
    """The words as a line begins, which an acronym or a name in them outlives."""
    return words[:1].upper() + words[1:]


def ingested(freshness: Freshness) -> str:
    """When the archive last took articles in."""
    return f"last ingest {minute(freshness.ingested)}" if freshness.ingested else "no ingest on record"


def stale(freshness: Freshness) -> str:
    """The warning on answers from an archive that should have been fed since."""
    since = f" since {minute(freshness.ingested)}" if freshness.ingested else ""
    return f"The archive may be out of date: no successful ingest{since}. What is newer is missing here."


def narrowed(narrowing: Narrowing) -> str | None:
    """What a request is narrowed to, None when it is to nothing."""
    only = f"only {listed(narrowing.outlets)}" if narrowing.outlets else None
    return " · ".join(part for part in (only, period(narrowing.since, narrowing.before)) if part) or None


def period(since: date | None, before: date | None) -> str | None:
    """The days from ``since`` on and before ``before``, by the first and the last of them."""
    last = before - timedelta(days=1) if before and before > date.min else before
    if since and last:
        return f"on {day(since)}" if since == last else f"{day(since)} to {day(last)}"
    if since:
        return f"since {day(since)}"
    return f"up to {day(last)}" if last else None


def quotes_command(asked: QuotesBy) -> str:
    """A request for quotations as it was understood, in words that can be typed again."""
    narrowing = asked.narrowing
    parts = (
        asked.name,
        f"about {asked.about}" if asked.about else None,
        f"since {narrowing.since.isoformat()}" if narrowing.since else None,
        f"before {narrowing.before.isoformat()}" if narrowing.before else None,
        f"in {', '.join(narrowing.outlets)}" if narrowing.outlets else None,
    )
    return f"/quotes {' '.join(part for part in parts if part)}"


def kinds(asked: Iterable[Kind]) -> str | None:
    """Which kinds of quotation are asked for, None for all."""
    words = " and ".join(kind.value for kind in asked)
    return f"only {words}" if words else None


def who(quotation: Quotation, article: Article) -> str:
    """Who is credited, as the article prints it."""
    names = " and ".join(_printed(speaker, article) for speaker in quotation.speakers) or NOBODY
    if not quotation.narrated:
        return names
    return f"{quotation.chain[0].party if quotation.chain else 'the medium'}’s words about {names}"


def _printed(speaker: Named, article: Article) -> str:
    mention = " ".join(speaker.mention.cut(article.text).split())
    return speaker.name if not mention or speaker.name in mention else f"{speaker.name} (“{mention}”)"


def credit(quotation: Quotation, article: Article) -> str:
    """Who is credited, through which hands the words came, of what kind they are, and whether that is unsure."""
    handed = [who(quotation, article), *_hands(quotation, article)]
    return f"{', '.join(handed)} · {manner(quotation)}"


def hands(quotation: Quotation, article: Article) -> str:
    """The hands that a quotation came through, nearest to the speaker first; nothing where its outlet says it all."""
    return ", ".join(_hands(quotation, article))


def _hands(quotation: Quotation, article: Article) -> list[str]:
    hops = hops_of(quotation)
    alone = len(hops) == 1 and article.outlet is not None and same_party(hops[0].party, article.outlet)
    return [] if alone else [handed(hop) for hop in hops]


def hops_of(quotation: Quotation) -> list[Hop]:
    """The hands that a quotation came through, each of them once, and not those that its credit already names."""
    hops: list[Hop] = []
    for place, hop in enumerate(quotation.chain):
        if place == 0 and _names(quotation, hop.party):
            continue
        if not (hops and same_party(hops[-1].party, hop.party)):
            hops.append(hop)
    return hops


def _names(quotation: Quotation, party: str) -> bool:
    """Whether the credit of a quotation names the party: "a report in The Ledger", "The Ledger’s words about"."""
    return quotation.narrated or any(
        same_party(one.name, party)
        or (one.nature in (Nature.DOCUMENT, Nature.MEDIUM) and f" {_folded(party)} " in f" {_folded(one.name)} ")
        for one in quotation.speakers
    )


def handed(hop: Hop) -> str:
    """What a hand did with the words: quoted by Coastwire, carried by Meridian Feed."""
    return _HANDED[hop.role].format(hop.party)


def same_party(one: str, other: str) -> bool:
    """Whether two names are one outlet's or agency's: "The Ledger" and "Ledger", "Coastal News Agency" and "CNA"."""
    (whole, short), (wholly, shortly) = _forms(one), _forms(other)
    if whole and wholly:
        return whole == wholly or any(f"{whole}{more}" == wholly or f"{wholly}{more}" == whole for more in _GENERIC)
    if not whole and not wholly:
        return short == shortly
    name, own, acronym = (whole, short, shortly) if whole else (wholly, shortly, short)
    return bool(acronym) and acronym in (own, _initials(name))


def _forms(name: str) -> tuple[str, str]:
    """A name in full and its acronym, each as far as it is there: "Sarrow Regional News (SRN)" has both."""
    if _ACRONYM.fullmatch(name.strip()):
        return "", name.strip()
    both = _BOTH.fullmatch(name.strip())
    return (_folded(both["whole"]), both["short"]) if both else (_folded(name) or name, "")


def _folded(name: str) -> str:
    words = _WORDS.findall(name.casefold())
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _initials(folded: str) -> str:
    return "".join(word[0] for word in folded.split() if word not in ("of", "the", "and", "for")).upper()


_HANDED = {
    Role.MEDIUM: "quoted by {}",
    Role.AGENCY: "quoted by {}",
    Role.OUTLET: "quoted by {}",
    Role.CARRIER: "carried by {}",
}


def manner(quotation: Quotation) -> str:
    """Of what kind the words are, and whether they or their speaker are unsure."""
    return f"{quotation.kind.value} · {UNSURE}" if quotation.confidence < SURE else quotation.kind.value


def more_credits(count: int) -> str:
    """That more is quoted in the paragraph than is listed."""
    return f"and {counted(count, 'more quotation')} in this paragraph"


def came_through(article: Article) -> str | None:
    """The hands beside its outlet that an article came through."""
    outlet = article.outlet or ""
    hops = [hop for hop in article.chain if hop.role is not Role.OUTLET and not same_party(hop.party, outlet)]
    told = ", ".join(f"{'carried' if hop.role is Role.CARRIER else 'filed'} by {hop.party}" for hop in hops)
    return _begun(told) or None


def also_carried(also: Sequence[Article]) -> str | None:
    """Who else carries nearly the same words."""
    names = distinct(other.outlet or "another article" for other in also)
    return f"Also carried by {listed(names)}" if names else None


def distinct(names: Iterable[str]) -> list[str]:
    """Each outlet or agency once, by its longest name."""
    found: list[str] = []
    for name in names:
        place = next((at for at, known in enumerate(found) if same_party(known, name)), None)
        if place is None:
            found.append(name)
        else:
            found[place] = max(found[place], name, key=len)
    return found


def title(article: Article) -> str:
    """What an article is called: its headline, else its outlet and day, else its dateline, else that it has none."""
    names = (article.headline or "", _outlet_and_day(article), _dateline(article))
    return next((words for words in names if words.strip()), UNTITLED)


def _dateline(article: Article) -> str:
    """The dateline as printed; its place where it is none of the words of the story."""
    printed = article.dateline.span.cut(article.text).rstrip(" _-–—") if article.dateline else ""
    return printed or (article.dateline and article.dateline.place) or ""


def headed(article: Article) -> bool:
    """Whether an article has a headline."""
    return bool((article.headline or "").strip())


def datelined(article: Article) -> str | None:
    """From where an article was filed."""
    return f"datelined {article.dateline.place}" if article.dateline and article.dateline.place else None


def _outlet_and_day(article: Article) -> str:
    return ", ".join(part for part in (article.outlet, day(article.published)) if part)


def byline(article: Article) -> str | None:
    """Who wrote it: by Maria Ortiz, from Coastwire."""
    written = " ".join((article.byline or "").split())
    if written.lower().startswith(("by ", "from ")):
        return written[:1].lower() + written[1:]
    return f"by {written}" if written else None


def version(article: Article) -> str | None:
    """That the article was changed since it was first sent, and why where that is on file."""
    if article.version is None or article.version < 2:
        return None
    return f"version {article.version}: {article.note}" if article.note else f"version {article.version}"


RIGHTS_UNKNOWN = "Rights unknown: internal reading only"


def embargo(article: Article, at: datetime) -> str | None:
    """That an article is under embargo at a moment, and until when."""
    until = article.embargoed_until
    if until is not None and until > at:
        return f"UNDER EMBARGO until {minute(until)} — not for publication"
    return "UNDER EMBARGO until it is released — not for publication" if article.held else None


def outdated(article: Article, at: datetime) -> str | None:
    """That an article's provider takes it for outdated at a moment."""
    expires = article.expires
    return f"Its provider took it for outdated after {minute(expires)}" if expires and expires <= at else None


def corrected(article: Article) -> str | None:
    """That an article's provider has put something right in it."""
    return "Corrected version" if article.correction else None


def rights(article: Article) -> str | None:
    """Who holds the rights."""
    return f"Rights: {article.rights}" if article.rights else None


def usage(article: Article) -> str | None:
    """What the provider allows and forbids."""
    return f"Usage: {article.usage}" if article.usage else None


def unknown_rights(numbers: Sequence[int]) -> str:
    """That nobody knows the rights of these passages, none named for all that there is."""
    return f"{RIGHTS_UNKNOWN} ({listed([str(one) for one in numbers])})" if numbers else RIGHTS_UNKNOWN


def paragraph(ordinal: int) -> str:
    """Where in an article words stand."""
    return f"paragraph {ordinal}"


def found(count: int, first: int) -> str:
    """How many passages are shown, and from which on."""
    return counted(count, "passage") if first == 1 else f"passages {first:,} to {first + count - 1:,}"


def show_near(count: int) -> str:
    """The button that shows what came nearest."""
    return "Show the near miss" if count == 1 else f"Show {count:,} near misses"


def quotes_of(speaker: Speaker) -> str:
    """What a list of quotations is headed with."""
    return f"Quotes by {speaker.name}"


def also_printed(speaker: Speaker) -> str | None:
    """The other names that articles print for a speaker."""
    return f"also printed as {listed(speaker.aliases)}" if speaker.aliases else None


def page(offset: int, count: int, total: int) -> str:
    """Which of how many statements these are."""
    if not count:
        return f"none from {offset + 1:,} on: there are {total:,}"
    return f"{total:,} found" + ("" if count == total else f", {offset + 1:,} to {offset + count:,} shown")


def order(about: str | None) -> str:
    """In which order statements stand."""
    return f"nearest to “{about}” first" if about else "newest first"


def no_quotes(name: str) -> str:
    """That no statement of a known speaker fits."""
    return f"No quote by {name} on file fits this."


def which(asked: str, count: int) -> str:
    """Several speakers bear the name."""
    return f"{counted(count, 'speaker')} on file may be called {asked}. Which one?"


def nobody(asked: str) -> str:
    """That nobody of the name is quoted in what was searched."""
    return f"Nobody called {asked} is quoted in what was searched."


def more_speakers(count: int) -> str:
    """That more speakers may be meant than are listed."""
    return f"and {counted(count, 'more speaker')}: write more of the name to find one of them"


LOOK_ALIKE = "Names on file that look like it:"


def roll(speaker: Speaker) -> str:
    """What is said of a speaker beside the name: titles, other names, how often quoted."""
    parts = (listed(speaker.roles, 2), also_printed(speaker), counted(speaker.quotations, "quotation"))
    return " · ".join(part for part in parts if part)


def asked_by(mention: str) -> str:
    """Whose question it is."""
    return f"asked by {mention}"


def shared_by(mention: str) -> str:
    """Who posted a private answer to the channel."""
    return f"shared by {mention}"


def reference(answer: str) -> str:
    """What to quote when an answer is talked about."""
    return f"ref {answer}"


def place(article: Article) -> str:
    """An article by outlet and day."""
    return _outlet_and_day(article) or title(article)


def passages_told(question: str, places: Sequence[str]) -> str:
    """An answer in one line, for notifications."""
    numbered = "; ".join(f"{number}) {place}" for number, place in enumerate(places, 1))
    asked = marked(question)
    return f"{counted(len(places), 'passage')} on {asked}: {numbered}" if places else f"{asked}: {NO_FURTHER}"


def nothing_told(question: str) -> str:
    """That nothing was found, in one line, for notifications."""
    return f"{marked(question)}: {NOT_ON_FILE}"


def marked(words: str) -> str:
    """Words between quotation marks, those that they have or ours."""
    words = words.strip()
    return words if _OPENED.match(words) and not words[-1].isalnum() else f"“{words}”"


def failure(reference: str, reason: str = OUR_FAULT) -> str:
    """Why no answer came, and what to quote when asking why."""
    return f"{reason} If it stays so, give whoever runs this bot the reference `{reference}`: it is in the log."


def report(user: str, article: str, paragraph: int, reason: str) -> str:
    """That somebody reports a quotation as wrong."""
    return f"{user} reports a wrong quote in {where(article, paragraph)}: {reason}"


def reported_by(mention: str) -> str:
    """Who reports it."""
    return f"{mention} reports a wrong quote"


def where(article: str, paragraph: int) -> str:
    """A place in the archive, by the article's id."""
    return f"paragraph {paragraph} of `{article}`"


def became(what: Became) -> str:
    """What became of words, as a banner says it."""
    return _BECAME[what]


def advice(what: Became) -> str:
    """What to make of it."""
    return _ADVICE.get(what, "")


def passages_at(places: Sequence[int | None]) -> str:
    """Which passages, by their numbers: passage 1, passages 1 and 3, on another page of this answer."""
    numbers = [f"{place + 1:,}" for place in places if place is not None]
    *first, last = numbers or [""]
    told = f"passages {', '.join(first)} and {last}" if first else f"passage {last}"
    return " and ".join((*([told] if numbers else ()), *([ELSEWHERE] if None in places else ())))


def withdrawn(reason: str | None) -> str:
    """Why words must not be used any more."""
    return f"{_REASONS.get(reason or '', _NOT_TO_BE_SHOWN)}."


def stands(article: Article, at: datetime) -> str:
    """That an article was changed elsewhere, and the words shown were not."""
    version = f"version {article.version} of this article" if article.version else "a newer version of this article"
    return f"{_begun(version)} is on file since {minute(at)}; the words shown here stand in it unchanged."


def origin(article: Article) -> str | None:
    """An article by outlet and day, never by its words."""
    return _outlet_and_day(article) or None


def was_shown(question: str | None, at: datetime) -> str:
    """To which answer a direct message belongs."""
    asked = f" to {marked(question)}" if question else ""
    return f"About my answer of {minute(at)}{asked}."


def alert(concern: str, articles: Sequence[str]) -> str:
    """What a person has to decide, about which articles."""
    about = f": {listed([f'`{one}`' for one in articles])}" if articles else ""
    return f"{_begun(concern)}{about}"


def memory_moved(rows: Mapping[str, int]) -> str:
    """How much the bot remembers elsewhere from now on."""
    return f"Moved, and the same in both: {listed([f'{count:,} {table}' for table, count in rows.items()])}."


def how_to_get_tokens(slack: Slack) -> str:
    """Three lines on what is missing before the bot can talk to Slack, and where it comes from."""
    wanted = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    missing = [name for name, value in wanted.items() if not value] or list(wanted)
    return "\n".join(
        (
            "There are no tokens for Slack yet. At api.slack.com/apps: Create New App, From a manifest, "
            "and paste deploy/slack-manifest.yaml.",
            "Install App gives the bot token (xoxb-…); Basic Information, App-Level Tokens, one with "
            "connections:write (xapp-…).",
            f"Put into .env: {' and '.join(missing)}; docs/slack.md names each click. Without Slack: onrecord chat",
        )
    )


# Modals

CONTEXT_TITLE = "In context"
CITATION_TITLE = "Copy citation"
NARROW_TITLE = "Narrow the answer"
REASON_TITLE = "What was wrong?"
REPORT_TITLE = "Report a wrong quote"
SETTINGS_TITLE = "Settings"
PROBLEM_TITLE = "That did not work"
CLOSE, CANCEL, SEARCH, SEND, SAVE = "Close", "Cancel", "Search again", "Send", "Save"

SINCE, UNTIL = "From this day on", "Up to and including"
OUTLETS, OTHER_OUTLETS = "Outlets", "Other outlets"
PICK_OUTLETS = "All outlets"
OTHER_OUTLETS_HINT = "One a line, or with ; between: outlets, agencies or carriers, as the archive names them."
WRONG_ORDER = "This day is before the first one. Choose a later day here, or an earlier one above."
KINDS = "Kinds of quotation"
KIND_WORDS: dict[Kind, str] = {
    Kind.DIRECT: "direct: every word between marks",
    Kind.MIXED: "mixed: some words between marks",
    Kind.INDIRECT: "indirect: none between marks",
}
WHAT_WRONG = "What is wrong"
IN_YOUR_WORDS = "In your own words"
REASONS: tuple[str, ...] = (
    "Does not answer the question",
    "Wrong speaker, date or outlet",
    "Something on file is missing",
    "Out of date or corrected since",
    "Something else",
)
WRONGS: tuple[str, ...] = (
    "These are not the words of the article",
    "Somebody else said it",
    "Corrected or withdrawn since",
    "The source or the link is wrong",
    "Something else",
)
REPORT_LEAD = "You report these words:"
CITED_AS_PASSAGE = (
    "Cited as a passage of the article, exactly as printed: without a speaker, and without quotation marks of ours."
)
CITED_AS_UNSURE = (
    "Who said this is unsure, so it is cited as a passage of the article, exactly as printed, without a speaker."
)
TOO_LONG_TO_CITE = "The words are too long for this window: copy them from the article."

FOR_YOU = "For you"
CITATION_STYLE = "Citation style"
DEFAULTS = "What your questions are narrowed to unless they say otherwise"
FOR_CHANNEL = "For this channel"
CHANNEL_ANSWERS = "How answers come here"
FOLLOW_UPS = "Answer questions in my threads without a mention"
ANSWER_PRIVATELY = "Answer mentions to the asker alone"
CHANNEL_OUTLETS = "Outlets allowed in this channel"


def form(citing: str) -> str:
    """How a citation is headed."""
    return f"{citing} form"


# Home, help and status

HOME_TITLE = "On the record, word for word"
ABOUT = (
    "Ask for what was said, and get the exact words on file with who said them, when, and how they reached us. "
    "Nothing is rewritten, and nothing is guessed."
)
CAN_DO: tuple[tuple[str, str], ...] = (
    ("Ask", "mention me in a channel, write to me directly, or `/ask QUESTION` for an answer that only you see"),
    (
        "Follow up",
        "in the thread of an answer: `and what did he say in June?`, `only` with the name of an outlet, `any outlet`, "
        "`more`",
    ),
    ("Quotes by a person", "`/quotes NAME about TOPIC since DATE in OUTLET`; all but the name can be left out"),
    (
        "Narrow",
        "dates in plain English (`last week`, `since June`), or filters in the question: `since:2026-09`, "
        "`before:2026-10-01`, `in:OUTLET`; or the button under an answer",
    ),
    ("Find a source", "on any message: ⋮ More actions, then “Find the source of this”"),
    (
        "Beside each passage",
        "⋯ shows the paragraphs around it, copies a citation, finds more by this speaker, and reports a wrong quote",
    ),
    (
        "Under each answer",
        "buttons turn the page, change dates or outlets, and post an answer that only you see to the channel",
    ),
    ("Settings", "`/onrecord status` says what is on file; `/onrecord settings` changes how I answer"),
)
HELP_TEXT = "How to ask for exact words on file"
COVERAGE = "What is on file"
NOTHING_YET = "Nothing is on file yet: whoever runs the archive has to feed it with `onrecord ingest`."
RECENT = "Your recent questions"
NO_RECENT = "None yet, or none that are still kept."
YOUR_SETTINGS = "Your settings"
STATUS_TITLE = "The archive"
ADMIN = "You may also set how a channel is answered: `/onrecord settings` in that channel."
NO_DEFAULTS = "questions are not narrowed"


def coverage_line(coverage: Coverage) -> str:
    """How many articles are on file, from when to when."""
    when = f", {day(coverage.first)} to {day(coverage.last)}" if coverage.first and coverage.last else ""
    outlets = f" from {counted(len(coverage.outlets), 'outlet')}" if coverage.outlets else ""
    return f"{counted(coverage.articles, 'article')}{outlets}{when}"


def outlet_line(articles: int, newest: date | datetime | None) -> str:
    """How much of an outlet is on file, and how new it is: its newest day, or the moment of its last ingest."""
    if isinstance(newest, datetime):
        return f"{counted(articles, 'article')}, last ingest {minute(newest)}"
    return counted(articles, "article") + (f", newest {day(newest)}" if newest else "")


def more_outlets(count: int) -> str:
    """That a list of outlets goes on."""
    return f"and {counted(count, 'more outlet')}"


def request_line(request: Request) -> str:
    """What was asked, in a line."""
    match request:
        case QuotesBy():
            return quotes_command(request)
        case SourceOf():
            return f"the source of {marked(request.text)}"
        case Ask():
            return request.question


def settings_line(citing: str, narrowing: Narrowing) -> str:
    """A person's settings in a line."""
    return f"citations in {citing} form · {narrowed(narrowing) or NO_DEFAULTS}"


def on_file(description: Description) -> str:
    """What the archive holds, in numbers."""
    return (
        f"{counted(description.articles, 'article')} in {counted(description.versions, 'version')}, "
        f"{counted(description.paragraphs, 'paragraph')}, {counted(description.quotations, 'quotation')}; "
        f"{description.withdrawn:,} killed or withheld"
    )


def encoder(name: str, written: str) -> str:
    """What searches by meaning go through, and when the archive was last written."""
    return f"searched with {name}; last written {written}"


def written(description: Description) -> str:
    """When the archive was last written."""
    return minute(description.last_write) if description.last_write else "never"
