"""Where the bot meets Slack: events in, messages out; the only room that knows Slack's libraries."""
