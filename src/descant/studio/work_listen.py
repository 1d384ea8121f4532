"""The job that looks at a piece: sound is listened to, notes and scores are read; corrections stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from descant.errors import DescantError, InvalidValueError
from descant.io.audio import open_audio
from descant.pipelines.listen import hear
from descant.studio.pictures import pictures
from descant.studio.piece_about import FAILED, READY, WORKING
from descant.studio.pieces import PieceStore
from descant.studio.read_piece import read_piece
from descant.studio.source_music import source_music
from descant.types import Annotation, AudioFile, Piece

Progress = Callable[[float], None]


def work(argument: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """argument: `home` and `piece`; `only` and `use` as for `listen`, where it is heard anew."""
    store = PieceStore(Path(argument["home"]))
    listen(store, argument["piece"], only=argument.get("only", ()), use=argument.get("use", {}), progress=progress)
    return {"piece": argument["piece"]}


def listen(
    store: PieceStore,
    piece_id: str,
    *,
    only: Collection[str] = (),
    use: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> None:
    """Look at a piece and keep what is found. Raises DescantError, and says so in its state, where that fails."""
    about = store.change(piece_id, state=WORKING, message="")
    source = store.source(piece_id)
    try:
        if about.kind == "sound":
            found = iter([_heard(store, piece_id, open_audio(source), only, use or {}, progress)])
        elif only or use:
            raise InvalidValueError(f"{about.name}: is no recording, so there is nothing to hear anew")
        else:
            found = read_piece(source_music(store, piece_id), about.name, progress)
        for piece in found:  # what is known at once can be looked at before the rest is
            store.put_estimates(piece_id, _named(piece, source, about.name))
    except DescantError as error:
        words = str(error).replace(str(source), about.name)
        looked_at = (store.path(piece_id) / "piece.json").exists()
        store.change(piece_id, state=READY if looked_at else FAILED, message=words)
        raise type(error)(words) from None
    store.change(piece_id, state=READY)
    progress(1.0)


def _heard(
    store: PieceStore,
    piece_id: str,
    sound: AudioFile,
    only: Collection[str],
    use: Mapping[str, str],
    progress: Progress,
) -> Piece:
    """Everything that is heard, or only some fields, which then join what was heard before."""
    from threadpoolctl import threadpool_limits

    with (
        threadpool_limits(limits=1, user_api="blas"),  # another job may run beside this one
        pictures(store, piece_id, sound) as features,
    ):
        piece = hear(sound, only=only, use=use, also=features, progress=lambda share: progress(0.98 * share))
    return _joined(piece, store.estimates(piece_id)) if only or use else piece


def _joined(new: Piece, before: Piece) -> Piece:
    """What was heard now, and after it what was heard before: other fields, and by other transforms."""
    known = {(type(one), _maker(one)) for one in new.estimates}
    return replace(
        new, estimates=(*new.estimates, *(one for one in before.estimates if (type(one), _maker(one)) not in known))
    )


def _maker(annotation: Annotation) -> str:
    return annotation.made_by.transform if annotation.made_by else ""


def _named(piece: Piece, source: Path, name: str) -> Piece:
    """The piece under the name that the user knows, which its warnings call it by, too."""
    return replace(piece, file=name, warnings=tuple(one.replace(str(source), name) for one in piece.warnings))
