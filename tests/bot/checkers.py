"""All that a message or a view has to pass before it counts as one that Slack takes."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from bot.blocks import Block, Message, View
from tests.bot.blockkit import check_message, check_view

SHARED = Path(os.environ.get("ONRECORD_SHARED") or Path(__file__).resolve().parents[3] / "shared")
Checker = Callable[..., Mapping[str, Sequence[str]]]


def wrong_with(message: Message) -> list[str]:
    """What any of the checkers has against a message."""
    payload = {"text": message.text, "blocks": list(message.blocks)}
    return [*_carried(payload), *check_message(payload), *_sdk(message.blocks), *_second(payload, "message")]


def wrong_with_view(view: View) -> list[str]:
    """What any of the checkers has against a view."""
    return [*_carried(view), *check_view(view), *_sdk_view(view), *_second(view, view["type"])]


def _carried(payload: Mapping[str, Any]) -> Iterator[str]:
    try:
        sent = json.dumps(payload, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        yield f"no JSON: {error}"
        return
    if json.loads(sent) != payload:
        yield "JSON makes something else of it"


def _sdk(blocks: Sequence[Block]) -> Iterator[str]:
    """Slack's own models, block by block, with whatever they warn about."""
    with _heard("slack_sdk") as heard:
        for place, block in enumerate(blocks):
            try:
                parsed = SdkBlock.parse(dict(block))
                if parsed is None or parsed.to_dict() != block:
                    yield f"slack_sdk: blocks[{place}] ({block['type']}) is not what it reads"
            except Exception as error:  # noqa: BLE001 - whatever it raises is what it has against the block
                yield f"slack_sdk: blocks[{place}]: {error}"
    yield from heard


def _sdk_view(view: View) -> Iterator[str]:
    yield from _sdk(view["blocks"])
    try:
        SdkView(**view).validate_json()
    except Exception as error:  # noqa: BLE001 - as above
        yield f"slack_sdk: {error}"


def _second(payload: Mapping[str, Any], surface: str) -> Iterator[str]:
    """The checker that we did not write, where it is there."""
    checker = second_opinion()
    if checker is not None:
        with _heard(None), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layers = checker(payload, surface)
        yield from (f"{layer}: {complaint}" for layer, complaints in layers.items() for complaint in complaints)


@cache
def second_opinion() -> Checker | None:
    """``check_message`` of the folder that is shared between projects; None where it is not there."""
    folder = SHARED / "slack"
    if not (folder / "blockkit_check.py").is_file():
        return None
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("blockkit_check", folder / "blockkit_check.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    checker: Checker = module.check_message
    return checker


@contextmanager
def _heard(name: str | None) -> Iterator[list[str]]:
    """What is logged meanwhile; the loggers are as they were afterwards."""
    logger, root = logging.getLogger("slack_sdk"), logging.getLogger()
    before = (logger.handlers, logger.level, logger.propagate, root.handlers, root.level)
    heard: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: heard.append(f"slack_sdk warns: {record.getMessage()}")  # type: ignore[method-assign]
    if name is not None:
        logger.handlers = [handler]
    try:
        yield heard
    finally:
        logger.handlers, logger.level, logger.propagate, root.handlers, root.level = before
