"""A stand-in for Slack that is stricter than convenient, for journeys and benchmarks against the real process.

with StandIn() as slack:
    # start the app with slack.environ, then
    slack.wait_until_connected()
    asked = slack.people.mention("ruth", "desk", "who opened the bridge?")
    answer = slack.wait_for(lambda: slack.messages("desk", thread=asked), what="an answer")[0]
    slack.people.press("ruth", answer, "More passages").wait()
    assert slack.violations == []
"""

from tests.standin.delivery import Delivery
from tests.standin.journal import Ack, Call, Violation
from tests.standin.manifest import Manifest
from tests.standin.people import People
from tests.standin.rules import Clock, Rules
from tests.standin.slack import StandIn
from tests.standin.state import View
from tests.standin.workspace import Channel, Message, Person, Standing, Workspace

__all__ = [
    "Ack",
    "Call",
    "Channel",
    "Clock",
    "Delivery",
    "Manifest",
    "Message",
    "People",
    "Person",
    "Rules",
    "StandIn",
    "Standing",
    "View",
    "Violation",
    "Workspace",
]
