"""``python -m embeddings`` is the command ``onrecord``."""

from embeddings.cli import app

if __name__ == "__main__":
    app()
