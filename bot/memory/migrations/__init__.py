"""How the bot's database came to its shape: one file a step, in ``versions``."""
