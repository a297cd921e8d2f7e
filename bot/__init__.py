"""The conversation in Slack, over the front door of the archive."""
