"""Settings to a working archive: the only file that chooses engines, so that all others are handed theirs.

Engines are imported where they are chosen: ``import embeddings`` loads none of them.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

from embeddings.archive import Archive
from embeddings.checking import Checking
from embeddings.encoder import Encoder
from embeddings.errors import ModelError, StoreError
from embeddings.ingest import Extracts, Hands, Ingest, reindexed
from embeddings.lookup import Lookup
from embeddings.moving import Moved, Told, compared, moved
from embeddings.quotes.finder import Finder
from embeddings.rank import Weights
from embeddings.search import Search
from embeddings.settings import Server, Settings, placed
from embeddings.store import Store


def open_archive(settings: Settings, *, writing: bool = False) -> Archive:
    """The archive that the settings name, ready to be asked and, when ``writing``, to be added to.

    Raises StoreError (nothing there, somebody else writing, another encoder's vectors) and ModelError.
    """
    if not writing:
        # Said before a model is made ready in vain.
        _require(settings.archive)
    encoder = make_encoder(settings)
    store = _store(settings.archive, (encoder.name, encoder.dimension), writing=writing)
    weights = Weights.shipped()
    threshold = weights.threshold if settings.threshold is None else settings.threshold
    search = Search(encoder=encoder, store=store, weights=weights, threshold=threshold)
    return Archive(
        store=store,
        intake=Ingest(
            encoder=encoder,
            extractor=make_extractor(settings) if writing else None,
            store=store,
            clock=_now,
            hands=Hands(make=partial(make_extractor, settings), processes=settings.processes),
        ),
        search=search,
        lookup=Lookup(encoder=encoder, store=store),
        checking=Checking(encoder=encoder, store=store),
        clock=_now,
    )


def _require(archive: Path | Server) -> None:
    """Raise StoreError where there is no archive to read."""
    if isinstance(archive, Server):
        from embeddings.store.postgres import prepare

        prepare(archive.url, writing=False)
    else:
        from embeddings.store.embedded import require_archive

        require_archive(archive)


def _store(archive: Path | Server, like: tuple[str, int], *, writing: bool, any_encoder: bool = False) -> Store:
    """The engine that keeps an archive there; ``like`` are the encoder's name and dimension."""
    encoder, dimension = like
    if isinstance(archive, Server):
        from embeddings.store.postgres import PostgresStore

        return PostgresStore(
            archive.url,
            encoder=encoder,
            dimension=dimension,
            writing=writing,
            replica=archive.replica,
            any_encoder=any_encoder,
        )
    from embeddings.store.embedded import EmbeddedStore

    return EmbeddedStore(archive, encoder=encoder, dimension=dimension, writing=writing, any_encoder=any_encoder)


def reindex(settings: Settings) -> int:
    """Encode and extract everything that is searched anew by the settings, all or nothing; how many articles."""
    encoder = make_encoder(settings)
    entries = partial(reindexed, encoder=encoder, extractor=make_extractor(settings))
    if isinstance(settings.archive, Server):
        from embeddings.store.postgres import replace_vectors as replace_on_server

        return replace_on_server(
            settings.archive.url, encoder=encoder.name, dimension=encoder.dimension, entries=entries
        )
    from embeddings.store.embedded import replace_vectors

    return replace_vectors(settings.archive, encoder=encoder.name, dimension=encoder.dimension, entries=entries)


def migrate(source: str, target: str, *, check: bool = False, progress: Told) -> Moved:
    """Move the archive at one address to another that holds nothing, or only ``check`` that both hold the same.

    Raises ArchivesDiffer where they do not, and StoreError.
    """
    if _place(source) == _place(target):
        raise StoreError("source and target are one archive: name another place to move it to")
    with closing(open_store(source)) as one:
        held = one.describe()
    like = (held.encoder or "nothing", held.dimension or 1)
    with (
        closing(open_store(source, like=like, writing=True)) as one,
        closing(open_store(target, like=like, writing=not check)) as other,
    ):
        return (compared if check else moved)(one, other, progress=progress)


def open_store(address: str, *, like: tuple[str, int] = ("any", 1), writing: bool = False) -> Store:
    """What is kept in a folder, or at a server's address, whatever encoder it belongs to.

    ``like`` are the name and the dimension of the encoder whose a new archive is. Raises StoreError.
    """
    archive = placed(address)
    if not writing:
        _require(archive)
    return _store(archive, like, writing=writing, any_encoder=True)


def _place(address: str) -> str:
    archive = placed(address)
    return archive.url if isinstance(archive, Server) else str(archive.resolve())


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
    """Where the serving files of the settings' model are kept, apart from those of another form."""
    from embeddings.encoder.serving import FORMAT

    return settings.cache / "encoders" / f"{quote(settings.model, safe='')}-form{FORMAT}-{precision}"
