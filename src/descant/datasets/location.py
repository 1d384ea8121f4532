"""Where the data sets lie: the folder that the environment variable DESCANT_DATA names.

Nothing is downloaded. The folder holds each set unpacked under its own name (`pop909/`, `pop909_struct/`, `groove/`,
`jsb/`, `when_in_rome/`, `augnet_splits/`, `haydn_op20/`, `asap/`, `vienna4x22/`, `mdbdrums/`, `cocopops/`,
`dcml_abc/`, `fh_micchi/`, and those that mirdata loads under its names); a message says where
a missing set is published.
"""

from __future__ import annotations

import os
from pathlib import Path

from descant.errors import MissingDataError

VARIABLE = "DESCANT_DATA"


def data_folder() -> Path:
    """The folder of data sets. Raises MissingDataError where DESCANT_DATA names none."""
    value = os.environ.get(VARIABLE, "")
    if not value:
        raise MissingDataError(f"no data sets: set {VARIABLE} to the folder that holds them (pop909/, mdbdrums/, ...)")
    folder = Path(value).expanduser()
    if not folder.is_dir():
        raise MissingDataError(f"{folder}: {VARIABLE} names this, but there is no such folder")
    return folder


def dataset_folder(name: str, published: str, folder: Path | None = None) -> Path:
    """`folder` itself where one is given, else `name` under DESCANT_DATA; its content is found at `published`."""
    found = folder if folder is not None else data_folder() / name
    if not found.is_dir():
        raise MissingDataError(f"{found}: the data set {name} is not there; get it from {published} and unpack it")
    return found


def require_file(path: Path, published: str) -> Path:
    """`path`, once it is known to exist. Raises MissingDataError where the set is incomplete."""
    if not path.is_file():
        raise MissingDataError(f"{path}: missing from the data set; get it again from {published}")
    return path
