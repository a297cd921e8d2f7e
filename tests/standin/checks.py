"""What Slack refuses in a message or a view, and what it should."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.bot.blockkit import check_message, check_view, weight
from tests.standin.caller import Refusal, structured

JSON = dict[str, Any]
LONGEST_TEXT = 4_000
"""Of a message's own text; chat.update refuses more, and so do we everywhere."""
HEAVIEST = 13_000
"""Characters in all blocks; Slack has been seen to refuse about 13,200."""
_EVENT_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,254}")
_METADATA_BYTES = 16_000


def checked_message(params: JSON) -> tuple[str, list[JSON]]:
    """The text and blocks of a message that Slack would take; raises Refusal for any other."""
    text, blocks = str(params.get("text") or ""), structured(params, "blocks", error="invalid_blocks_format")
    if not text.strip() and not blocks:
        raise Refusal("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long", f"text has {len(text):,} characters")
    if blocks and weight(blocks) > HEAVIEST:
        raise Refusal("msg_blocks_too_long", f"blocks have {weight(blocks):,} characters")
    problems = check_message({"text": text, "blocks": blocks} if blocks else {"text": text})
    if problems:
        unescaped = any("unescaped" in problem for problem in problems)
        raise Refusal("unescaped_text" if unescaped else "invalid_blocks", *problems, errors=problems)
    return text, blocks or []


def checked_view(params: JSON, *, kind: str) -> JSON:
    """The view that Slack would take; raises Refusal for any other."""
    view = structured(params, "view")
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", "missing required field: view")
    problems = check_view(view)
    if view.get("type") != kind:
        problems.append(f"type: {view.get('type')!r} where a {kind} belongs")
    if problems:
        raise Refusal("invalid_arguments", *problems)
    if len(json.dumps(view)) > 250_000:
        raise Refusal("view_too_large")
    return view


def checked_metadata(params: JSON) -> JSON | None:
    """The metadata of a message, or None; raises Refusal for what is none."""
    metadata = structured(params, "metadata", error="invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_format", "metadata holds event_type and event_payload, and nothing else")
    if not _EVENT_TYPE.fullmatch(str(metadata["event_type"])) or not isinstance(metadata["event_payload"], dict):
        raise Refusal("invalid_metadata_format", "event_type is a word and event_payload an object")
    if len(json.dumps(metadata)) > _METADATA_BYTES:
        raise Refusal("metadata_too_large")
    return metadata


def unfurls(params: JSON, blocks: list[JSON]) -> bool:
    """Whether links of the message would be unfolded by Slack."""
    off = all(str(params.get(name, "")).lower() in ("0", "false") for name in ("unfurl_links", "unfurl_media"))
    return "http" in json.dumps([params.get("text"), blocks]) and not off
