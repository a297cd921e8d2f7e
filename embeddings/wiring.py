"""Settings to a working archive: the only file that chooses engines, so that all others are handed theirs.

Engines are imported where they are chosen: ``import embeddings`` loads none of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from embeddings.archive import Archive
from embeddings.checking import Checking
from embeddings.encoder import Encoder
from embeddings.errors import ModelError
from embeddings.ingest import Extracts, Ingest, reindexed
from embeddings.lookup import Lookup
from embeddings.quotes.finder import Finder
from embeddings.rank import Weights
from embeddings.search import Search
from embeddings.settings import Settings


def open_archive(settings: Settings, *, writing: bool = False) -> Archive:
    """The archive that the settings name, ready to be asked and, when ``writing``, to be added to.

    Raises StoreError (nothing there, somebody else writing, another encoder's vectors) and ModelError.
    """
    from embeddings.store.embedded import EmbeddedStore, require_archive

    if not writing:
        # Said before a model is made ready in vain.
        require_archive(settings.archive)
    encoder = make_encoder(settings)
    store = EmbeddedStore(settings.archive, encoder=encoder.name, dimension=encoder.dimension, writing=writing)
    weights = Weights.shipped()
    threshold = weights.threshold if settings.threshold is None else settings.threshold
    search = Search(encoder=encoder, store=store, weights=weights, threshold=threshold)
    return Archive(
        store=store,
        intake=Ingest(
            encoder=encoder, extractor=make_extractor(settings) if writing else None, store=store, clock=_now
        ),
        search=search,
        lookup=Lookup(encoder=encoder, store=store),
        checking=Checking(encoder=encoder, store=store),
        clock=_now,
    )


def reindex(settings: Settings) -> int:
    """Encode and extract everything that is searched anew by the settings, all or nothing; how many articles."""
    from embeddings.store.embedded import replace_vectors

    encoder = make_encoder(settings)
    entries = partial(reindexed, encoder=encoder, extractor=make_extractor(settings))
    return replace_vectors(settings.archive, encoder=encoder.name, dimension=encoder.dimension, entries=entries)


def _now() -> datetime:
    return datetime.now(UTC)


def make_extractor(settings: Settings) -> Extracts | None:
    """What finds quotations by the settings, or nothing when they are off."""
    if settings.quotes == "off":
        return None
    from embeddings.quotes import Extractor

    return Extractor(_make_finder(settings))


def _make_finder(settings: Settings) -> Finder:
    if settings.quotes == "rules":
        from embeddings.quotes.rules import RulesFinder

        return RulesFinder()
    from embeddings.encoder.model import DEFAULT_MODEL, find_model
    from embeddings.quotes.tagger import TaggerFinder

    # Whatever encodes the archive, the tagger reads what it was trained on.
    return TaggerFinder(find_model(DEFAULT_MODEL).folder / "tokenizer.json")


def make_encoder(settings: Settings) -> Encoder:
    """The encoder of the settings; the serving files are made first where they are missing (some seconds, once)."""
    from embeddings.encoder.model import find_model

    if settings.encoder == "torch":
        from embeddings.encoder.transformer import TransformerEncoder

        return TransformerEncoder(find_model(settings.model), threads=settings.threads)
    from embeddings.encoder.serving import ServingEncoder, holds_export

    precision = settings.encoder.removeprefix("onnx-")
    folder = export_folder(settings, precision)
    if not holds_export(folder):
        from embeddings.encoder.export import export

        try:
            export(find_model(settings.model), folder, precision=precision)
        except OSError as error:
            raise ModelError(
                f"cannot make the serving files in {folder} ({error}): check ONRECORD_MODEL, and set ONRECORD_CACHE "
                "to a folder that can be written"
            ) from error
    return ServingEncoder(folder, threads=settings.threads)


def export_folder(settings: Settings, precision: str) -> Path:
    """Where the serving files of the settings' model are kept."""
    return settings.cache / "encoders" / f"{quote(settings.model, safe='')}-{precision}"
