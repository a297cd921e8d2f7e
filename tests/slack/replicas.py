"""Several bots on one database behind a balancer, to be killed and to be started anew one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from tests.slack.balancer import Balancer
from tests.slack.process import Bot
from tests.standin import Message, StandIn

PEOPLE, CHANNELS = 50, 20


def prepare(slack: StandIn) -> None:
    """Have the people and the channels that a load needs."""
    for number in range(PEOPLE):
        slack.workspace.hire(f"reporter-{number}")
    for number in range(CHANNELS):
        slack.workspace.open_channel(f"desk-{number}")


@dataclass(eq=False)
class Fleet:
    """Running bots, and the balancer by which Slack reaches them."""

    slack: StandIn
    bots: Sequence[Bot]
    balancer: Balancer

    def restart_one_by_one(self) -> None:
        """Tell each to stop, start it anew, and go on to the next when the balancer has seen that it is ready."""
        for bot in self.bots:
            assert bot.stop() == 0, bot.log
            bot.launch()
            self.wait_until_seen(bot)

    def wait_until_seen(self, bot: Bot) -> None:
        """Return when the balancer passes connections on to a bot."""
        bot.wait_until_ready()
        while not self.balancer.ready.get(bot.port):
            sleep(0.02)


@contextmanager
def fleet(slack: StandIn, folder: Path, environ: Mapping[str, str], *, count: int = 3) -> Iterator[Fleet]:
    """So many bots with one environment, started at once, until the end of ``with``."""
    with ExitStack() as closing:
        bots = [Bot(slack=slack, folder=folder / f"bot-{number}", environ={}) for number in range(count)]
        balancer = closing.enter_context(Balancer([bot.port for bot in bots]))
        for bot in bots:
            bot.folder.mkdir()
            bot.environ = {**environ, "ONRECORD_PUBLIC_URL": balancer.url}
            # Stopped at the end, however far the others came.
            closing.push(bot.__exit__)
            bot.launch()
        found = Fleet(slack, bots, balancer)
        for bot in bots:
            found.wait_until_seen(bot)
        slack.deliver_to(f"{balancer.url}/slack/events")
        yield found


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked in a channel, and when."""

    message: Message
    at: float


@dataclass(eq=False)
class Load:
    """Questions at a steady rate over so many seconds, in many channels by many people."""

    slack: StandIn
    questions: Sequence[str]
    seconds: float
    asked: list[Asked] = field(default_factory=list)

    def ask(self, then: Callable[[], None] = lambda: None, *, before: int | None = None) -> None:
        """Ask them all; ``then`` happens ``before`` the one of that number, or in the middle."""
        begun, count = monotonic(), len(self.questions)
        for number, question in enumerate(self.questions):
            sleep(max(0.0, begun + number * self.seconds / count - monotonic()))
            if number == (count // 2 if before is None else before):
                then()
            who, where = f"reporter-{number % PEOPLE}", f"desk-{number % CHANNELS}"
            at = self.slack.clock.now()
            self.asked.append(Asked(self.slack.people.mention(who, where, question), at))

    def answers(self) -> list[list[Message]]:
        """The answers to each, in the order in which they were asked."""
        return [self.slack.messages(one.message.channel, thread=one.message) for one in self.asked]

    def wait(self, patience: float) -> None:
        """Until every one has an answer and what would come twice had time to come, or patience is over."""
        deadline = monotonic() + patience
        while monotonic() < deadline and not all(self.answers()):
            sleep(0.2)
        sleep(3)

    @property
    def lost(self) -> int:
        """How many have no answer."""
        return sum(not found for found in self.answers())

    @property
    def twice(self) -> int:
        """How many have more than one."""
        return sum(len(found) > 1 for found in self.answers())

    @property
    def waits(self) -> list[float]:
        """Seconds until each answer that was given."""
        return [float(found[0].ts) - one.at for one, found in zip(self.asked, self.answers(), strict=True) if found]
