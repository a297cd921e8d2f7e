"""A Slack server that others wrote, npm ``@openclaw/crabline``, and what stands between it and the bot.

It signs its deliveries, repeats them on Slack's real schedule, and refuses with 429 and Retry-After. It sends plain
messages only: no mentions, no commands, no buttons.
"""

from tests.slack.crabline.between import Answer, Asked, Between, Deed
from tests.slack.crabline.server import Crabline, Missing, install

__all__ = ["Answer", "Asked", "Between", "Crabline", "Deed", "Missing", "install"]
