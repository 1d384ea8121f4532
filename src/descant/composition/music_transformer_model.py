"""The network of `music_transformer`, in PyTorch, for training; what runs is its ONNX graph.

Three readers say what may come. Two read frames and sing their voices one after another, each by what the frame holds
so far: one reads degrees of the key so far, so that a piece is the same to it in every key, the other pitches. The
third reads degrees token by token, and not far back. They are wrong in different places, and each is too sure of
itself, having read the same few chorales again and again: what they say is pooled, logarithms weighed (Heskes:
Selecting Weighting Factors in Logarithmic Opinion Pools, NIPS 1997).

Asked for are the tokens of n voices in A frames: four of all frames read a whole piece at once, one of one frame is a
cached step. What readers of frames make of the frames before is the same for all voices: it is asked for once, and
handed in (`context`) for the other voices of a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from descant.composition.frames_before import LOWEST, NO_KEY
from descant.composition.jsb_raster import VOICES, JsbRaster
from descant.composition.transformer_layers import Kept, Layer, Perceptron, Rms, Sight, sight, slopes
from descant.nn.byte_dropout import ByteDropout

RASTER = JsbRaster()
SIZE = RASTER.size
READERS = ("degrees", "pitches", "line")
HOLDS = 24  # classes of how long a pitch has been held
DEGREES = 26  # 12 of a major key, 12 of a minor one, a rest, a pitch without key
REST, LOOSE = 24, 25
INTERVALS = 2 * (SIZE - 1) - 1  # from the highest pitch to the lowest and back
BAR = 16  # steps
NUMBER = len(VOICES)
WINDOW = 128  # tokens that the reader of lines looks back at, its own among them
POOL = {"degrees": 0.2, "pitches": 0.25, "line": 0.35}  # chosen on the validation chorales; below 1, to be less sure
DROPOUTS = {  # in layers, of what is read, in voices
    "degrees": (0.35, 0.2, 0.4),
    "pitches": (0.15, 0.05, 0.2),
    "line": (0.3, 0.2, 0.3),
}
Told = Mapping[str, torch.Tensor]


class Seen(nn.Module):
    """What a voice sees of the frame so far and of the last one: of voices above it what they sing, of others sang."""

    def __init__(self, degrees: bool, lately: bool, dim: int, dropout: float) -> None:
        super().__init__()
        self.drop = ByteDropout(dropout)
        self.time, self.hold = nn.Embedding(NUMBER * BAR, dim), nn.Embedding(NUMBER**2 * HOLDS, dim)
        self.sung = nn.Embedding(NUMBER**2 * (DEGREES if degrees else SIZE), dim)
        self.degrees, self.lately = degrees, lately
        if degrees:
            self.interval = nn.Embedding(NUMBER**2 * (INTERVALS + 1), dim)
        if lately:
            self.sung_lately, self.mode = nn.Embedding(NUMBER**2 * DEGREES, dim), nn.Embedding(3, dim)

    def forward(self, told: Told, voice: torch.Tensor) -> torch.Tensor:
        """(B, A, n, dim)."""
        others = torch.arange(NUMBER, device=voice.device)
        above = others < voice[:, None]  # (n, 4)
        frame, last, hold, key = (told[name][:, :, None] for name in ("frame", "last", "hold", "key"))  # (B, A, 1, .)
        there = torch.where(above, frame, last)
        held = torch.where(above, (hold + 1) * (frame == last), hold)

        def found(table: nn.Embedding, classes: torch.Tensor) -> Any:
            pair = (NUMBER * voice[:, None] + others) * (table.num_embeddings // NUMBER**2)
            return table(classes + pair)  # (B, A, n, 4, dim)

        said = found(self.hold, long(held))
        if self.degrees:
            mine = told["last"][:, :, voice, None]
            apart = torch.where((mine > 0) & (there > 0), there - mine + SIZE - 2, INTERVALS)
            said = said + found(self.sung, degree(there, key[..., :1])) + found(self.interval, apart)
        else:
            said = said + found(self.sung, there)
        if self.lately:
            said = said + found(self.sung_lately, degree(there, key[..., 1:]))
        seen = self.drop(said).sum(dim=-2) + self.time(BAR * voice + told["step"][..., None] % BAR)
        return seen + self.mode(key[..., 0] // 12) if self.lately else seen


class Scores(nn.Module):
    """How a voice scores what it may sing: as what it is and as a step from its last pitch.

    By who reads degrees also as a degree of both keys, and as an interval to each voice above it in the frame.
    """

    mask: torch.Tensor

    def __init__(self, degrees: bool, dim: int) -> None:
        super().__init__()
        self.degrees = degrees
        self.parts = [SIZE, INTERVALS, *([24, 24, *(NUMBER - 1) * [INTERVALS]] if degrees else [])]
        self.weight = nn.Parameter(0.02 * torch.randn(NUMBER, dim, sum(self.parts)))
        allowed = torch.tensor(RASTER.voice_masks)
        self.register_buffer("mask", torch.where(allowed, 0.0, -1e9), persistent=False)

    def forward(self, x: torch.Tensor, told: Told, voice: torch.Tensor) -> torch.Tensor:
        """Logits (B, A, n, SIZE) from (B, A, n, dim)."""
        token = torch.arange(SIZE, device=x.device)
        each = x.permute(2, 0, 1, 3)
        said = each.reshape(each.shape[0], -1, each.shape[3]) @ self.weight[voice]  # (n, B * A, parts)
        said = said.reshape(each.shape[0], each.shape[1], each.shape[2], sum(self.parts)).permute(1, 2, 0, 3)
        plain, step, *others = said.split(self.parts, dim=-1)
        origins, intervals = told["last"][:, :, voice, None], step[..., None, :]
        if self.degrees:
            above = torch.arange(NUMBER - 1, device=voice.device) < voice[:, None]  # those that are not: as rests
            origins = torch.cat([origins, told["frame"][:, :, None, :-1] * above], dim=-1)
            intervals = torch.cat([one[..., None, :] for one in (step, *others[2:])], dim=-2)
        place = (token - origins[..., None] + SIZE - 2).clamp(0, INTERVALS - 1)  # (B, A, n, origins, SIZE)
        sung = token > 0
        heard = intervals.gather(-1, place) * ((origins[..., None] > 0) & sung)
        found = plain + heard.sum(dim=-2)
        if self.degrees:
            key = told["key"][:, :, None, :, None]  # (B, A, 1, 2, 1)
            place = (token - 1 + LOWEST - key) % 12 + 12 * (key // 12).clamp(max=1) + 0 * voice[:, None, None]
            by_degree = torch.cat([one[..., None, :] for one in others[:2]], dim=-2)
            found = found + (by_degree.gather(-1, place) * ((key < NO_KEY) & sung)).sum(dim=-2)
        return found + self.mask[voice]


def degree(token: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
    """The degree of a token in a key, in semitones above its tonic, 12 more in minor; REST or LOOSE."""
    found = (token - 1 + LOWEST - key) % 12 + 12 * (key // 12)
    return torch.where(token == 0, REST, torch.where(key == NO_KEY, LOOSE, found))


def long(hold: torch.Tensor) -> torch.Tensor:
    """The class of how long a pitch has been held: each frame up to a bar, then every two beats."""
    return torch.where(hold <= BAR, hold, (BAR + (hold - BAR) // 8).clamp(max=HOLDS - 1))


def pooled(each: torch.Tensor) -> torch.Tensor:
    """Log-probabilities (..., SIZE) from those of the readers, (readers, ..., SIZE)."""
    weights = torch.tensor([POOL[reads] for reads in READERS], device=each.device)
    return torch.tensordot(weights, each, dims=1).log_softmax(dim=-1)


class FrameReader(nn.Module):
    """Attention over frames, which each tell of those before; then voices, each by what the frame holds so far."""

    def __init__(
        self,
        degrees: bool,
        dim: int,
        layers: int,
        heads: int,
        scheme: str,
        reach: int,
        each: int,
        dropouts: tuple[float, float, float],
    ) -> None:
        super().__init__()
        dropout, dropout_seen, dropout_voices = dropouts
        self.degrees = degrees
        self.sung, self.earlier = (nn.Embedding(NUMBER * (DEGREES if degrees else SIZE), each) for _ in range(2))
        self.hold = nn.Embedding(NUMBER * HOLDS, each)
        self.together = nn.Linear(NUMBER * each, dim)
        self.in_four, self.in_three = nn.Embedding(BAR, dim), nn.Embedding(12, dim)
        if degrees:
            self.sung_lately, self.mode = nn.Embedding(NUMBER * DEGREES, each), nn.Embedding(3, dim)
            self.recent = nn.Linear(24, dim)
        self.drop_seen, self.drop_voices = ByteDropout(dropout_seen), ByteDropout(dropout_voices / 2)
        self.layers = nn.ModuleList(Layer(dim, heads, scheme, reach, dropout) for _ in range(layers))
        self.norm, self.onward = Rms(dim), nn.Linear(dim, dim)
        self.seen, self.scores = Seen(degrees, False, dim, dropout_seen), Scores(degrees, dim)
        self.weighed, self.last_norm = Perceptron(dim, 2 * dim, dropout_voices), Rms(dim)
        scattered(self)

    def context(
        self, told: Told, place: torch.Tensor, past: list[Kept], before: Sight, now: Sight
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """What comes before each frame, (B, T, dim), and keys and values by layer."""
        x = self.drop_seen(self.heard(told))
        presents: list[torch.Tensor] = []
        for layer, kept in zip(self.layers, past, strict=True):
            x, present = layer(x, place, kept, before, now)
            presents.append(present)
        return self.onward(self.norm(x)), presents

    def logits(self, context: torch.Tensor, told: Told, voice: torch.Tensor) -> torch.Tensor:
        """(B, A, n, SIZE)."""
        seen = self.weighed(self.drop_voices(context[:, :, None] + self.seen(told, voice)))
        said: torch.Tensor = self.scores(self.drop_voices(self.last_norm(seen)), told, voice)
        return said

    def heard(self, told: Told) -> torch.Tensor:
        """(B, T, dim) of what came before each frame."""
        last, earlier, step, (whole, late) = told["last"], told["earlier"], told["step"], told["key"].split(1, dim=-1)
        each = of_voice(self.hold, long(told["hold"]))
        if self.degrees:
            each = each + of_voice(self.sung, degree(last, whole)) + of_voice(self.earlier, degree(earlier, whole))
            each = each + of_voice(self.sung_lately, degree(last, late))
        else:
            each = each + of_voice(self.sung, last) + of_voice(self.earlier, earlier)
        x = (
            self.together(self.drop_seen(each).reshape(*step.shape, self.together.in_features))
            + self.in_four(step % BAR)
            + self.in_three(step % 12)
        )
        if self.degrees:
            mode = whole // 12  # major, minor or none
            from_tonic = told["recent"].gather(-1, (torch.arange(12, device=last.device) + whole) % 12)
            x = x + self.mode(mode[..., 0])
            x = x + self.recent(torch.cat([from_tonic * (mode == 0), from_tonic * (mode == 1)], dim=-1))
        return x


def of_voice(table: nn.Embedding, classes: torch.Tensor) -> torch.Tensor:
    """(B, T, 4, dim) of classes (B, T, 4), from a table that has rows of its own for each voice."""
    voice = torch.arange(NUMBER, device=classes.device)
    found: torch.Tensor = table(classes + voice * (table.num_embeddings // NUMBER))
    return found


class LineReader(nn.Module):
    """Attention over the last tokens, each of which tells of the four before it."""

    def __init__(
        self, dim: int, layers: int, heads: int, scheme: str, reach: int, dropouts: tuple[float, float, float]
    ) -> None:
        super().__init__()
        dropout, dropout_seen, dropout_voices = dropouts
        self.seen, self.scores = Seen(True, True, dim, dropout_seen), Scores(True, dim)
        self.drop, self.drop_voices = ByteDropout(dropout), ByteDropout(dropout_voices)
        self.layers = nn.ModuleList(Layer(dim, heads, scheme, reach, dropout) for _ in range(layers))
        self.norm = Rms(dim)
        self.slopes = slopes(heads) if scheme == "alibi" else None
        scattered(self)

    def logits(
        self, told: Told, voice: torch.Tensor, first: torch.Tensor, past: list[Kept], places: torch.Tensor
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """(B, A, n, SIZE), and keys and values by layer of A * n tokens."""
        x = self.drop(self.seen(told, voice))
        each = x.shape[:3]
        presents: list[torch.Tensor] = []
        place = (NUMBER * (first + torch.arange(each[1], device=x.device))[:, None] + voice).flatten()
        before, now = (sight(place, one, self.slopes, WINDOW) for one in (places, place))
        x = x.flatten(1, 2)
        for layer, kept in zip(self.layers, past, strict=True):
            x, present = layer(x, place, kept, before, now)
            presents.append(present)
        return self.scores(self.drop_voices(self.norm(x)).view(*each, -1), told, voice), presents


def scattered(model: nn.Module) -> None:
    """Embeddings begin near zero."""
    for one in model.modules():
        if isinstance(one, nn.Embedding):
            nn.init.normal_(one.weight, std=0.1)


class MusicTransformer(nn.Module):
    """The readers, each trained by its own loss."""

    def __init__(
        self,
        dim: int = 128,
        layers: int = 4,
        heads: int = 4,
        scheme: str = "alibi",
        reach: int = 256,
        each: int = 32,
        dropouts: Mapping[str, tuple[float, float, float]] = DROPOUTS,
    ) -> None:
        super().__init__()
        self.heads, self.head_width = heads, dim // heads
        self.width, self.layers = 2 * dim, {"frame": 2 * layers, "token": layers}  # of context; that keep columns
        self.of_frames = nn.ModuleList(
            FrameReader(reads == "degrees", dim, layers, heads, scheme, reach, each, dropouts[reads])
            for reads in ("degrees", "pitches")
        )
        self.slopes = slopes(heads) if scheme == "alibi" else None
        self.of_lines = LineReader(dim, layers, heads, scheme, reach, dropouts["line"])

    def forward(  # names and order are the graph's inputs
        self,
        frame: torch.Tensor,
        last: torch.Tensor,
        hold: torch.Tensor,
        earlier: torch.Tensor,
        key: torch.Tensor,
        recent: torch.Tensor,
        step: torch.Tensor,
        voice: torch.Tensor,
        first: torch.Tensor,
        context: torch.Tensor,
        frame_places: torch.Tensor,
        token_places: torch.Tensor,
        *kept: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        """Log-probabilities (B, A, n, SIZE), context (B, A, readers * dim), keys and values of new frames and tokens.

        frame, last, hold, earlier: (B, A, 4); key: (B, A, 2); recent: (B, A, 12); step: (B, A): of `frames_before`.
        What `frame` holds of a voice is seen by the voices below it alone. voice: (n,) that are asked for, in order.
        first: (1,) the place of the first of these frames. context: of as many of them as it was asked for already,
        from the first on. kept: keys and values by layer, those of frames, then those of tokens, with their places.
        What comes back of them is stacked, (layers, 2, B, heads, T, width).
        """
        told = {
            "frame": frame, "last": last, "hold": hold, "earlier": earlier, "key": key, "recent": recent, "step": step
        }  # fmt: skip
        each, found, of_frames, of_tokens = self.each(told, voice, first, context, frame_places, token_places, kept)
        return pooled(each), found, of_frames, of_tokens

    def each(
        self,
        told: Told,
        voice: torch.Tensor,
        first: torch.Tensor,
        context: torch.Tensor,
        frame_places: torch.Tensor,
        token_places: torch.Tensor,
        kept: tuple[torch.Tensor, ...],
    ) -> tuple[torch.Tensor, ...]:
        """As `forward`, but log-probabilities by reader, (3, B, A, n, SIZE)."""
        past = list(zip(kept[::2], kept[1::2], strict=True))
        before = context.shape[1]
        new = {name: one[:, before:] for name, one in told.items()}
        place = first + before + torch.arange(new["step"].shape[1], device=voice.device)
        seen = [sight(place, one, self.slopes) for one in (frame_places, place)]
        logits, contexts = [], []
        presents: list[torch.Tensor] = []
        for at, reader in enumerate(self.of_frames):
            layers = len(reader.layers)
            found, present = reader.context(new, place, past[:layers], *seen)
            past, presents = past[layers:], [*presents, *present]
            contexts.append(torch.cat([context.chunk(len(self.of_frames), dim=-1)[at], found], dim=1))
            logits.append(reader.logits(contexts[-1], told, voice))
        line, lines = self.of_lines.logits(told, voice, first, past, token_places)
        each = torch.stack([one.float().log_softmax(dim=-1) for one in (*logits, line)])
        return each, torch.cat(contexts, dim=-1), torch.stack(presents), torch.stack(lines)

    def whole(self, told: Told) -> torch.Tensor:
        """Log-probabilities by reader of all tokens of whole pieces, (3, B, T, 4, SIZE)."""
        where, batch = told["frame"].device, len(told["frame"])
        none = torch.zeros(batch, self.heads, 0, self.head_width, device=where)
        no_places, voices = torch.zeros(0, dtype=torch.int64, device=where), torch.arange(NUMBER, device=where)
        context = torch.zeros(batch, 0, self.width, device=where)
        kept = 2 * sum(self.layers.values()) * (none,)
        return self.each(told, voices, no_places.new_zeros(1), context, no_places, no_places, kept)[0]
