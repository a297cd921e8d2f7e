"""What the bot remembers: jobs not done yet, which answer stands in which message, and what people prefer."""
