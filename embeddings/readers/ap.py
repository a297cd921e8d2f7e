"""An item of the AP Media API → Article; the API links to the text of a story, so most items hold none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from embeddings.drafts import Draft, article_of
from embeddings.embargoes import NONE, Embargo, declared
from embeddings.fields import Fields, gaps
from embeddings.markup import plain_text
from embeddings.news import Article

_EMBARGOED = "embargoed"


def is_item(values: Mapping[str, object]) -> bool:
    """Whether a JSON object is an item of the API, by the id that it goes under."""
    ids = values.get("altids")
    return isinstance(ids, dict) and "itemid" in ids


def article(values: Mapping[str, object], *, place: str) -> Article:
    """The article that an item holds, or the kill that it brings; its ``uri`` carries tokens and is no id."""
    word = Fields(values, place).text("pubstatus")
    status = "usable" if word == _EMBARGOED else word
    fields = Fields(values, place, gaps(status))
    kind = fields.text("type") or "text"
    if kind != "text":
        fields.refuse(f"an AP {kind}, not a story: leave it out")
    text = _body(fields)
    if not text.strip() and fields.gaps is None:
        fields.refuse("an AP item that only links to its text: fetch its NITF rendition and give that")
    provider = fields.text("provider")
    return article_of(
        Draft(
            id=_ids(fields).text("itemid") or fields.refuse('no "itemid" in "altids": fetch it again'),
            text=text,
            place=place,
            version=fields.number("version"),
            created=fields.instant("versioncreated"),
            status=status,
            embargo=_embargo(fields, word),
            signals=tuple(f"ap:{said}" for name in ("signals", "editorialtypes") for said in _words(fields, name)),
            headline=fields.text("headline", "title"),
            byline=", ".join(filter(None, (line.text("by", "name") for line in fields.records("bylines")))),
            outlet=provider,
            provider=provider,
            published=fields.moment("firstcreated", "versioncreated"),
            language=fields.text("language"),
            rights=fields.text("copyrightnotice"),
            usage="\n".join(_words(fields, "usageterms")),
            note=fields.text("ednote"),
            expires=fields.instant("expires"),
            slug=fields.text("slugline"),
            gaps=fields.gaps,
        )
    )


def _ids(fields: Fields) -> Fields:
    ids = fields.values.get("altids")
    return Fields(ids if isinstance(ids, dict) else {}, fields.place, fields.gaps)


def _body(fields: Fields) -> str:
    for name in ("body_nitf", "body_xhtml", "body_text"):
        words = fields.copy(name)
        if words.strip():
            return words if name == "body_text" else _markup(fields, name)
    return ""


def _markup(fields: Fields, name: str) -> str:
    try:
        return plain_text(fields.copy(name))
    except ValueError as error:
        fields.miss(name, f'"{name}" has {error}: fetch its plain text')
        return ""


def _embargo(fields: Fields, word: str | None) -> Embargo:
    if "embargoed" not in fields.values and word != _EMBARGOED:
        return NONE
    return declared(fields.values.get("embargoed"))


def _words(fields: Fields, name: str) -> Iterator[str]:
    for said in fields.items(name):
        words = Fields({name: said}, fields.place, fields.gaps).text(name)
        if words:
            yield words
