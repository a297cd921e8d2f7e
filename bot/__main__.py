"""``python -m bot`` is the command ``onrecord``."""

from bot.cli import app

if __name__ == "__main__":
    app()
