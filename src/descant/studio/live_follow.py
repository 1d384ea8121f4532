"""Scores that are followed while they are played: blocks of sound come in, places in the score go back.

What was played is written to a file as it comes, and becomes a piece when the player is done, or is not heard of any
more. At most four scores are followed at once.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descant.errors import BusyError, InvalidValueError, MissingDataError, UnwritableFileError

if TYPE_CHECKING:
    import soundfile

    from descant.features.stream import Resampler
    from descant.pipelines.listeners import Listener
    from descant.studio.context import Studio
    from descant.studio.followed import Followed, Teller

MOST = 4
PATIENCE = 60.0  # seconds without a word from the player
MOST_BYTES = 4 << 20  # of a block
MOST_BLOCK = 20.0  # seconds
LONGEST = 4 * 3_600.0  # seconds of a take
SHORTEST = 0.5  # seconds that are worth keeping

Samples = npt.NDArray[np.float32]
Clock = Callable[[], float]


@dataclass(eq=False)
class _Session:
    """One score and who plays it."""

    score: Followed
    ear: Listener
    teller: Teller
    take: Path
    heard_of: float  # when the player was, seconds of the steady clock
    lock: threading.Lock = field(default_factory=threading.Lock)
    rate: int = 0  # of the player's sound, Hz, from the first block on
    frames: int = 0
    resampler: Resampler | None = None
    file: soundfile.SoundFile | None = None
    ended: bool = False


class LiveFollows:
    """The sessions of a studio. Every method may be called from every thread."""

    def __init__(self, here: Studio, clock: Clock = time.monotonic, patience: float = PATIENCE) -> None:
        self._here, self._clock, self._patience = here, clock, patience
        self._folder = here.settings.home / "live"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock = threading.Lock()
        self._sessions: dict[str, _Session | None] = {}  # None: it is being made ready
        self._sweeper: threading.Thread | None = None
        self._closed = threading.Event()

    def open(self, piece: str, use: str) -> tuple[str, Followed]:
        """Begin to follow a piece. Raises BusyError where four are followed already."""
        from descant.features.stream import RATE
        from descant.pipelines.listeners import listener, system
        from descant.studio.followed import Teller, followed

        chosen = system(use)
        name = secrets.token_hex(6)
        with self._lock:
            if len(self._sessions) >= MOST:
                raise BusyError(f"{MOST} scores are followed already; end one of them first")
            self._sessions[name] = None
        try:
            score = followed(self._here.pieces, piece)
            ear = listener(score.played, RATE, chosen, live=True)
            session = _Session(score, ear, Teller(score), self._folder / name / "take.flac", self._clock())
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
        samples = _samples(body, rate)
        with session.lock:
            self._check(session, name)
            session.heard_of = self._clock()
            if not len(samples):
                return []
            self._keep(session, samples, rate)
            assert session.resampler is not None
            return _told(session, session.ear.push(session.resampler.push(samples, last=False)[np.newaxis]))

    def finish(self, name: str) -> dict[str, Any]:
        """End a session: the last positions, how much of the time the place was known, and the take as a piece."""
        session = self._get(name)
        with session.lock:
            self._check(session, name)
            if session.resampler is not None:
                rest = session.resampler.push(np.zeros(0, dtype=np.float32), last=True)[np.newaxis]
                told = _told(session, [*session.ear.push(rest), *session.ear.finish()])
            else:
                told = []
            take = self._end(name, session, keep=True)
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

    def close(self) -> None:
        """End all sessions; what was played becomes pieces."""
        self._closed.set()
        with self._lock:
            left = [(name, one) for name, one in self._sessions.items() if one is not None]
        for name, session in left:
            with session.lock:
                if not session.ended:
                    self._end(name, session, keep=True)

    def sweep(self) -> None:
        """End the sessions whose player has not been heard of for too long; what was played becomes pieces."""
        latest = self._clock() - self._patience
        with self._lock:
            silent = [(name, one) for name, one in self._sessions.items() if one is not None and one.heard_of < latest]
        for name, session in silent:
            with session.lock:
                if not session.ended and session.heard_of < latest:
                    self._end(name, session, keep=True)

    def _sweep(self) -> None:
        while not self._closed.wait(min(5.0, self._patience / 4)):
            self.sweep()

    def _get(self, name: str) -> _Session:
        with self._lock:
            session = self._sessions.get(name)
        if session is None:
            raise _unknown(name)
        return session

    def _check(self, session: _Session, name: str) -> None:
        """It may have ended while its lock was waited for."""
        if session.ended:
            raise _unknown(name)

    def _keep(self, session: _Session, samples: Samples, rate: int) -> None:
        """Write a block to the take, as 16-bit FLAC: what is beyond full scale is cut off there."""
        import soundfile

        from descant.features.stream import RATE, Resampler
        from descant.io.files import reason_of

        if not session.rate:
            session.rate, session.resampler = rate, Resampler(rate, RATE)
        if rate != session.rate:
            raise InvalidValueError(f"this session began at {session.rate} Hz, and a block came at {rate} Hz")
        if (session.frames + len(samples)) / rate > LONGEST:
            raise InvalidValueError(f"a take lasts {LONGEST / 3_600:g} hours at most; finish this one")
        try:
            if session.file is None:
                session.take.parent.mkdir(parents=True, exist_ok=True)
                session.file = soundfile.SoundFile(session.take, "w", rate, 1, "PCM_16", format="FLAC")
            session.file.write(np.clip(samples, -1.0, 1.0))
        except OSError as error:
            raise UnwritableFileError(f"what is played cannot be kept: {reason_of(error)}") from None
        except RuntimeError as error:  # libsndfile's
            raise UnwritableFileError(f"what is played cannot be kept: {error}") from None
        session.frames += len(samples)

    def _end(self, name: str, session: _Session, *, keep: bool) -> str | None:
        """Forget a session whose lock is held. Gives the piece that its take became, if any was worth it."""
        session.ended = True
        with self._lock:
            self._sessions.pop(name, None)
        try:
            if session.file is None:
                return None
            session.file.close()
            if not keep or session.frames < SHORTEST * session.rate:
                return None
            return self._piece(session)
        finally:
            shutil.rmtree(session.take.parent, ignore_errors=True)

    def _piece(self, session: _Session) -> str:
        from descant.studio.opening import open_piece

        name = f"{Path(session.score.name).stem}, played.flac"
        return open_piece(self._here, session.take, name, move=True).id


def _samples(body: bytes, rate: int) -> Samples:
    """A block. Raises InvalidValueError for what is none."""
    if len(body) % 4:
        raise InvalidValueError(f"{len(body)} bytes are no 32-bit floats; send raw samples, four bytes each")
    samples: Samples = np.frombuffer(body, "<f4").astype(np.float32)
    if len(samples) > MOST_BLOCK * rate:
        raise InvalidValueError(
            f"a block of {len(samples) / rate:.1f} s is longer than {MOST_BLOCK:g} s; send shorter ones"
        )
    if not np.isfinite(samples).all() or np.abs(samples).max(initial=0.0) > 100.0:
        raise InvalidValueError("these samples are no sound: they lie far beyond full scale, or are no numbers")
    return samples


def _told(session: _Session, heard: list[Any]) -> list[dict[str, Any]]:
    from descant.types import Position

    rows = (session.teller.push(one) for one in heard if isinstance(one, Position))
    return [one for one in rows if one is not None]


def _unknown(name: str) -> MissingDataError:
    return MissingDataError(
        f"there is no live session {name[:40]!r}; a session ends after {PATIENCE:g} s without sound, "
        "and what was played is kept as a piece"
    )
