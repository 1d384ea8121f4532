"""The scores that are followed live: four at most. A session ends once its player is not heard of any more.

What was played becomes a piece when a session is finished, falls silent, or the studio stops; after a studio that was
killed, when the next one starts. A take that cannot be kept stays, and is tried again.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descant.errors import BusyError, DescantError, InvalidValueError, MissingDataError, UnreadableFileError
from descant.studio.live_session import LEFT, LiveSession, samples_of, whole_take

if TYPE_CHECKING:
    from descant.studio.context import Studio
    from descant.studio.followed import Followed
    from descant.types import Audio

log = logging.getLogger("descant.studio")

MOST = 4
PATIENCE = 60.0  # seconds without a word from the player
MOST_KNOWN = 1_800.0  # seconds of scores whose sound is kept, 160 MB
LONGEST = 7_200.0  # seconds of a score
AT_HAND = 60.0  # seconds of a score that is played here, sooner than a process starts


class LiveFollows:
    """The sessions of a studio. Every method may be called from every thread."""

    def __init__(self, here: Studio, clock: Callable[[], float] = time.monotonic, patience: float = PATIENCE) -> None:
        self._here, self._clock, self._patience = here, clock, patience
        self._folder = here.settings.home / "live"
        self._left = sorted(self._folder.glob(f"*/{LEFT}"))  # by a studio that was killed
        self._lock = threading.Lock()
        self._sessions: dict[str, LiveSession | None] = {}  # None: it is being made ready
        self._known: OrderedDict[tuple[str, str], tuple[Followed, Audio]] = OrderedDict()  # by piece and its revision
        self._sweeper: threading.Thread | None = None
        self._closed = threading.Event()

    def recover(self) -> None:
        """Keep the takes that a killed studio has left."""
        for path in self._left:
            try:
                self._keep(whole_take(path), "a take that was cut off")
            except UnreadableFileError:  # it is too short to hold anything
                pass
            except Exception:  # the disk is full: the next start tries again
                log.exception("%s: what was played cannot be kept yet", path)
                continue
            shutil.rmtree(path.parent, ignore_errors=True)

    def open(self, piece: str, use: str) -> tuple[str, Followed]:
        """Begin to follow a piece. Raises BusyError where four are followed already."""
        from descant.features.stream import RATE
        from descant.pipelines.listeners import listener, system
        from descant.studio.followed import Teller

        chosen = system(use)
        name = secrets.token_hex(6)
        with self._lock:
            if len(self._sessions) >= MOST:
                raise BusyError(f"{MOST} scores are followed already; end one of them first")
            self._sessions[name] = None
        try:
            score, sound = self._ready(piece)
            ear = listener(score.played, RATE, chosen, live=True, sound=sound)
            session = LiveSession(score, ear, Teller(score), self._folder / name, self._clock())
        except BaseException:
            with self._lock:
                self._sessions.pop(name, None)
            raise
        with self._lock:
            self._sessions[name] = session
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, name="studio-live", daemon=True)
                self._sweeper.start()
        return name, score

    def push(self, name: str, rate: int, body: bytes) -> list[dict[str, Any]]:
        """Hear a block of mono 32-bit floats at a rate in Hz, and tell the new positions."""
        session = self._get(name)
        samples = samples_of(body, rate)
        with session.lock:
            self._check(session, name)
            session.heard_of = self._clock()
            return session.push(samples, rate)

    def finish(self, name: str) -> dict[str, Any]:
        """End a session: the last positions, how much of the time the place was known, and the take as a piece."""
        session = self._get(name)
        with session.lock:
            self._check(session, name)
            told = session.finish()
            take = self._end(name, session)
        tally = session.teller.tally
        return {
            "take": take,
            "positions": told,
            "found": 0.0 if tally.nothing else round(tally.found, 3),
            "said": "nothing was heard" if tally.nothing else "",
        }

    def drop(self, name: str) -> None:
        """End a session; what was played is gone."""
        session = self._get(name)
        with session.lock:
            self._check(session, name)
            self._end(name, session, keep=False)

    def sweep(self) -> None:
        """End the sessions whose player has not been heard of for too long."""
        self._end_all(lambda session: session.heard_of < self._clock() - self._patience)

    def close(self) -> None:
        """End all sessions."""
        self._closed.set()
        self._end_all(lambda _: True)

    def _end_all(self, over: Callable[[LiveSession], bool]) -> None:
        with self._lock:
            open_ones = [(name, one) for name, one in self._sessions.items() if one is not None]
        for name, session in open_ones:
            with session.lock:
                if not session.ended and over(session):
                    try:
                        self._end(name, session)
                    except Exception:  # of one session: the others end all the same
                        log.exception("%s: what was played cannot be kept yet", session.score.name)
                        session.heard_of = self._clock()  # it is tried again when its time is over

    def _end(self, name: str, session: LiveSession, *, keep: bool = True) -> str | None:
        """Forget a session whose lock is held. Gives the piece that its take became, if it was worth it.

        Where it cannot be kept the session stays, and can be ended again.
        """
        take = session.take() if keep else None
        piece = self._keep(take, Path(session.score.name).stem) if take is not None else None
        session.ended = True
        with self._lock:
            self._sessions.pop(name, None)
        session.remove()
        return piece

    def _keep(self, take: Path, name: str) -> str:
        """A take as a piece, which is listened to."""
        from descant.studio.opening import keep_file, start_listening

        piece = keep_file(self._here, take, f"{name}, played.flac", move=True)
        with suppress(DescantError):  # jobs wait already, or the disk is full: it can be listened to later
            start_listening(self._here, piece)
        return piece

    def _ready(self, piece: str) -> tuple[Followed, Audio]:
        """A piece as a score, with its sound: those of the last few pieces are kept, since one begins again often."""
        from descant.studio.written import OF

        about = self._here.pieces.about(piece)
        if about.duration > LONGEST:
            raise InvalidValueError(f"{about.name}: lasts longer than {LONGEST / 3_600:g} hours; follow a part of it")
        key = piece, self._here.pieces.revision(piece, OF)
        with self._lock:
            known = self._known.pop(key, None)
        if known is None:
            given = self._here.settings.home, piece
            at_hand = 0.0 < about.duration <= AT_HAND
            known = ready(given) if at_hand else self._here.apart(f"{__name__}:ready", given)
        with self._lock:
            self._known[key] = known
            while sum(sound.duration for _, sound in self._known.values()) > MOST_KNOWN and len(self._known) > 1:
                self._known.popitem(last=False)
        return known

    def _sweep(self) -> None:
        while not self._closed.wait(min(5.0, self._patience / 4)):
            self.sweep()

    def _get(self, name: str) -> LiveSession:
        with self._lock:
            session = self._sessions.get(name)
        if session is None:
            raise _unknown(name)
        return session

    def _check(self, session: LiveSession, name: str) -> None:
        """It may have ended while its lock was waited for."""
        if session.ended:
            raise _unknown(name)


def ready(given: tuple[Path, str], _: object = None) -> tuple[Followed, Audio]:
    """A piece, of the studio with this home, as a score, and how it sounds."""
    from descant.pipelines.score_sound import score_sound
    from descant.studio.followed import followed
    from descant.studio.pieces import PieceStore

    home, piece = given
    score = followed(PieceStore(home), piece)
    return score, score_sound(score.played.score)


def _unknown(name: str) -> MissingDataError:
    return MissingDataError(
        f"there is no live session {name[:40]!r}; a session ends after {PATIENCE:g} s without sound, "
        "and what was played is kept as a piece"
    )
