"""The pieces of the studio: a folder for each, with its source, what was heard in it, and what the user says instead.

    pieces/ID/about.json        its name, kind, state, where it comes from
              source.EXT        the file, as it came
              piece.json        the estimates (docs/json.md), without the melody's contours
              melody.npz        these
              corrections/      fragments of the same JSON, a file a field
              derived/          what is made from these, by what it rests on; made anew where that changes

Every file is written whole or not at all, and changes are made under a lock, so a job's process and the server share
the folder. A piece is there when its folder has its name, which it gets last.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from descant.errors import BusyError, DescantError, InvalidValueError, MissingDataError
from descant.io.files import write_text
from descant.io.json_piece import json_text, load_json, read_json, write_json
from descant.studio.corrections import NAMES as FIELD_OF
from descant.studio.corrections import Corrections, LastRead, object_text, stamp
from descant.studio.locks import locked
from descant.studio.melody_file import read_melodies, write_melodies
from descant.studio.overlay import correction, names_of
from descant.studio.piece_about import KINDS, NAME, About, damaged, read_about, shown, write_about
from descant.studio.revisions import ALL, marks_of, revision
from descant.studio.told import heard_in
from descant.types import Piece, PitchContour

if TYPE_CHECKING:
    from descant.studio.written import Written
    from descant.types import Score

V = TypeVar("V")
ID = re.compile(r"[0-9a-f]{12}")
LEFT_OVER = 3_600.0  # seconds after which nobody is at work any more on a folder that is not whole
TRIES = 3  # to make something of a piece that is changed meanwhile
MOST_READ = 8  # pieces held in memory: three hours of notes are some 50 MB


class PieceStore:
    """All pieces under `home`."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "pieces"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._abouts: dict[str, tuple[str, About]] = {}
        self._estimates: LastRead[Piece] = LastRead(MOST_READ)

    # Which there are

    def ids(self) -> list[str]:
        """Every piece, the newest first."""
        return [one.id for one in self.all()]

    def all(self) -> list[About]:
        """What is said of every piece, the newest first; one that is damaged has failed."""
        found = []
        for entry in os.scandir(self.folder):
            if ID.fullmatch(entry.name):
                try:
                    found.append(self.about(entry.name))
                except MissingDataError:  # removed meanwhile
                    continue
                except DescantError as error:
                    found.append(damaged(Path(entry), str(error)))
        return sorted(found, key=lambda one: (-one.created, one.id))

    def about(self, piece_id: str) -> About:
        """What is said of a piece. Raises MissingDataError where there is none of this id."""
        path = self.path(piece_id) / NAME
        try:
            state = stamp(path)
        except OSError:
            raise _unknown(piece_id) from None
        known = self._abouts.get(piece_id)
        if known is None or known[0] != state:
            known = self._abouts[piece_id] = state, read_about(path.parent)
        return known[1]

    def path(self, piece_id: str) -> Path:
        """A piece's folder. Raises MissingDataError where there is none of this id."""
        folder = self.folder / piece_id
        if not ID.fullmatch(piece_id) or not folder.is_dir():
            raise _unknown(piece_id)
        return folder

    def source(self, piece_id: str) -> Path:
        """The file that a piece came as."""
        found = next(self.path(piece_id).glob("source.*"), None)
        if found is None:
            raise MissingDataError(f"the file of piece {piece_id} is gone; add it again")
        return found

    # Adding, changing, removing

    def add(
        self,
        name: str,
        source: Path | bytes,
        kind: str,
        *,
        ending: str = "",
        parent: str | None = None,
        take: int | None = None,
        batch: str | None = None,
        made: Mapping[str, Any] | None = None,
        kept: bool = True,
        told: Iterable[Mapping[str, Any]] = (),
        move: bool = False,
    ) -> str:
        """A new piece's id. source: a file, which is copied (or moved), or its bytes.

        ending: of the file, with its dot, where the source's own name does not tell it.
        """
        if kind not in KINDS:
            raise InvalidValueError(f"a piece is one of {', '.join(KINDS)}, not {kind!r}")
        if parent is not None:
            self.path(parent)
        ending = ending or (source.suffix if isinstance(source, Path) else Path(name).suffix)
        piece_id = secrets.token_hex(6)
        about = About(
            piece_id,
            shown(name),
            kind,
            time.time(),
            parent=parent,
            take=take,
            batch=batch,
            made=made,
            kept=kept,
            told=tuple(told),
        )
        folder = self.folder / f".{piece_id}.part"
        try:
            folder.mkdir()
            write_about(folder, about)
            target = folder / f"source{_safe(ending)}"
            if isinstance(source, bytes):
                target.write_bytes(source)
            elif move:  # last: what fails before leaves the file where it was
                shutil.move(source, target)
            else:
                shutil.copyfile(source, target)
            folder.rename(self.folder / piece_id)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return piece_id

    def change(self, piece_id: str, **values: Any) -> About:
        """Change what is said of a piece: any fields of `About`."""
        folder = self.path(piece_id)
        if "name" in values:
            values["name"] = shown(values["name"])
        with locked(folder / ".lock"):
            about = replace(self.about(piece_id), **values)
            write_about(folder, about)
        return about

    def remove(self, piece_id: str) -> None:
        """Remove a piece and all that was made from it."""
        gone = self.folder / f".{piece_id}.gone"
        try:
            self.path(piece_id).rename(gone)
        except OSError:
            raise _unknown(piece_id) from None
        self._abouts.pop(piece_id, None)
        shutil.rmtree(gone, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what was left half made, or half removed, by processes that were killed."""
        for entry in list(os.scandir(self.folder)):
            whole = ID.fullmatch(entry.name) and (Path(entry) / NAME).exists()
            with suppress(OSError):
                if not whole and time.time() - entry.stat().st_mtime > LEFT_OVER:
                    shutil.rmtree(entry, ignore_errors=True)

    # What is heard, and what the user says instead

    def put_estimates(self, piece_id: str, piece: Piece) -> Piece:
        """Keep what was heard; corrections stay. A piece that brings its own gives those that are not there yet."""
        folder = self.path(piece_id)
        with locked(folder / ".lock"):
            corrections, corrected = Corrections(folder), Corrections(folder).stamps()
            for one in piece.corrections:
                if FIELD_OF[type(one)] not in corrected:
                    corrections.write(one)
            estimates = replace(piece, file=self.about(piece_id).name, corrections=())
            write_text(folder / "marks.json", json.dumps({**marks_of(estimates), "all": secrets.token_hex(4)}))
            write_melodies(folder / "melody.npz", [one for one in estimates.estimates if isinstance(one, PitchContour)])
            others = tuple(one for one in estimates.estimates if not isinstance(one, PitchContour))
            write_json(replace(estimates, estimates=others), folder / "piece.json")
            return self._told(piece_id)

    def estimates(self, piece_id: str) -> Piece:
        """What was heard, without corrections; a piece that nobody has looked at yet holds nothing."""
        path = self.path(piece_id) / "piece.json"
        if not path.exists():
            about = self.about(piece_id)
            return Piece(about.name, about.duration)
        return self._estimates.get(piece_id, stamp(path), lambda: _read(path))

    def corrections(self, piece_id: str) -> Corrections:
        """What the user says instead."""
        return Corrections(self.path(piece_id))

    def piece(self, piece_id: str) -> Piece:
        """What was heard, with the corrections over it."""
        return self.corrections(piece_id).over(self.estimates(piece_id))

    def correct(self, piece_id: str, field: str, fragment: object) -> Piece:
        """Say a field's content instead of what was heard. Raises InvalidValueError where that breaks its rules."""
        folder = self.path(piece_id)
        with locked(folder / ".lock"):
            self.corrections(piece_id).write(correction(self.piece(piece_id), field, fragment))
            return self._told(piece_id)

    def uncorrect(self, piece_id: str, field: str) -> Piece:
        """Go back to what was heard."""
        names_of(field)
        folder = self.path(piece_id)
        with locked(folder / ".lock"):
            self.corrections(piece_id).remove(field)
            return self._told(piece_id)

    def _told(self, piece_id: str) -> Piece:
        """The piece as it is now, once what is said of it in lists is written down."""
        piece = self.piece(piece_id)
        write_about(self.path(piece_id), replace(self.about(piece_id), duration=piece.duration, heard=heard_in(piece)))
        return piece

    # What is made from these

    def shown(self, piece_id: str) -> bytes:
        """The JSON of what was heard, without the melody's rows and without corrections."""
        path = self.path(piece_id) / "piece.json"
        return object_text(path) if path.exists() else json_text(self.estimates(piece_id)).encode()

    def revision(self, piece_id: str, of: Collection[str] = ALL) -> str:
        """Changes when one of these fields does, by being heard or corrected otherwise."""
        if not of:
            return revision({}, {}, of)
        path = self.path(piece_id) / "marks.json"
        marks = load_json(path) if path.exists() else {}
        return revision(marks if isinstance(marks, dict) else {}, self.corrections(piece_id).stamps(), of)

    def derived_path(self, piece_id: str, name: str, of: Collection[str] = ALL) -> Path:
        """Where something is kept that is made from the source and these fields; those of before are removed."""
        folder = self.path(piece_id) / "derived"
        kept = folder / self.revision(piece_id, of)
        if not kept.is_dir():
            basis = kept.name.partition(".")[0]
            for old in folder.glob(f"{basis}.*"):
                shutil.rmtree(old, ignore_errors=True)
            kept.mkdir(parents=True, exist_ok=True)
        return kept / name

    def derived(
        self,
        piece_id: str,
        name: str,
        make: Callable[[Path], object],
        of: Collection[str] = ALL,
    ) -> Path:
        """The same, made by `make(path)`, which writes it whole, where it is not there yet; by one caller at a time.

        Where the piece is changed meanwhile it is made anew, since nobody knows which state of it was read. Raises
        BusyError where that goes on.
        """
        for _ in range(TRIES):
            before = self._changes(piece_id)
            path = self.derived_path(piece_id, name, of)
            if path.exists():
                return path
            with locked(path.with_name(f".{path.name}.lock")):
                if path.exists():
                    return path
                try:
                    make(path)
                except (DescantError, OSError):  # its folder may have gone with the state that it was of
                    if not of or before == self._changes(piece_id):
                        raise
                    continue
                if not of or before == self._changes(piece_id):
                    return path
                path.unlink(missing_ok=True)
        raise BusyError(f"{self.about(piece_id).name}: is being changed all the time; ask again in a moment")

    def _changes(self, piece_id: str) -> list[str]:
        """Another one after every change of what is heard and corrected, also where it was taken back."""
        folder = self.path(piece_id)
        return [stamp(one) if one.exists() else "" for one in (folder / "corrections", folder / "marks.json")]

    def derived_value(
        self,
        piece_id: str,
        name: str,
        make: Callable[[Path], object],
        read: Callable[[bytes], V],
        of: Collection[str] = ALL,
    ) -> V:
        """What such a file holds, by `read`; one that is damaged is made anew."""
        path = self.derived(piece_id, name, make, of)
        try:
            return read(path.read_bytes())
        except Exception:  # a pickle that is cut off fails in every way there is
            path.unlink(missing_ok=True)
            return read(self.derived(piece_id, name, make, of).read_bytes())

    def written(self, piece_id: str) -> Written:
        """A piece as a page, with when its bars sound."""
        from descant.studio.written import written

        return written(self, piece_id)

    def score(self, piece_id: str) -> Score:
        """A piece as a page: a score as it is, sound and notes written down."""
        return self.written(piece_id).score


def _safe(ending: str) -> str:
    """An ending for the file of a source: short and plain, whatever was uploaded."""
    return ending.lower() if re.fullmatch(r"(?:\.[a-z0-9]{1,12}){1,2}", ending.lower()) else ".bin"


def _read(path: Path) -> Piece:
    """The estimates in a piece's folder."""
    piece = read_json(path)
    return replace(piece, estimates=(*piece.estimates, *read_melodies(path.with_name("melody.npz"))))


def _unknown(piece_id: str) -> DescantError:
    return MissingDataError(f"there is no piece {piece_id[:40]!r}; it may have been removed")
