"""What can be pressed in blocks, under what names, and the action that Slack makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.standin.payloads import filled
from tests.standin.workspace import interactive

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressable:
    """A button, an entry of a menu or a thumb: its names, and the action that it becomes."""

    names: tuple[str, ...]
    action: JSON
    element: JSON

    @property
    def label(self) -> str:
        """What somebody reads on it."""
        return self.names[0]


def pressables(blocks: list[JSON]) -> list[Pressable]:
    """Everything that can be pressed, from top to bottom; inputs only where they report at once."""
    found: list[Pressable] = []
    for block, element in interactive(blocks):
        if block["type"] != "input" or block.get("dispatch_action"):
            found += _of(element, block["block_id"])
    return found


def _of(element: JSON, block_id: str) -> list[Pressable]:
    kind, name = element["type"], element["action_id"]
    base = {"type": kind, "action_id": name, "block_id": block_id}
    if kind == "button":
        action = base | {key: element[key] for key in ("text", "value", "style") if key in element}
        return [_pressable(element["text"]["text"], name, element.get("value", ""), action=action, element=element)]
    if kind == "overflow":
        return [
            _pressable(one["text"]["text"], one["value"], action=base | {"selected_option": one}, element=element)
            for one in element["options"]
        ]
    if kind == "feedback_buttons":
        sides = (element["positive_button"], element["negative_button"])
        return [
            _pressable(
                one["text"]["text"],
                one["value"],
                action=base | {"text": one["text"], "value": one["value"]},
                element=element,
            )
            for one in sides
        ]
    return [_pressable(name, action=base, element=element)]


def _pressable(*names: str, action: JSON, element: JSON) -> Pressable:
    return Pressable(names=names, action=action, element=element)


def find(blocks: list[JSON], wanted: str, *, nth: int | None = None) -> Pressable:
    """The one that bears the name; where several do, the ``nth`` from 0."""
    everything = pressables(blocks)
    fitting = [one for one in everything if wanted in one.names]
    if not fitting or (nth is None and len(fitting) > 1) or (nth is not None and nth >= len(fitting)):
        raise LookupError(
            f"{len(fitting)} are called {wanted!r} (nth={nth}); there are {[one.names for one in everything]}"
        )
    return fitting[nth or 0]


def chosen(pressable: Pressable, option: Any) -> JSON:  # noqa: ANN401 - a label, labels or a day
    """The action with what was picked, for menus and date pickers."""
    if option is None:
        return pressable.action
    return pressable.action | filled(pressable.element, option)
