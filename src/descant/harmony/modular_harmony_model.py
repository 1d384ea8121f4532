"""The networks of `modular_harmony`, in PyTorch, for training; what runs is their ONNX graphs."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from descant.harmony.chord_vocabulary import CHANGES, HOMES, KINDS, MODES, RELATIVE, STEPS
from descant.harmony.onset_features import CHANGE_FEATURES, PITCHES, SEGMENT_FEATURES

Memory = tuple[torch.Tensor, torch.Tensor]


class ChordTransition(nn.Module):
    """CTM: a bidirectional LSTM over the onsets of a piece; does the chord change at each?"""

    def __init__(self, width: int = 64, hidden: int = 64, dropout: float = 0.3) -> None:
        super().__init__()
        self.told = nn.Linear(CHANGE_FEATURES, width)
        self.memory = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * hidden + width, 1)
        self.drop = nn.Dropout(dropout)

    def forward(self, onsets: torch.Tensor) -> Any:
        """(batch, o, CHANGE_FEATURES) -> logits of a change, (batch, o)."""
        told = self.drop(torch.relu(self.told(onsets)))
        remembered, _ = self.memory(told)
        return self.head(self.drop(torch.cat([remembered, told], dim=2)))[..., 0]


class ChordClassification(nn.Module):
    """CCM: a bidirectional LSTM over the onsets of a segment and those around it; which chord is it?"""

    def __init__(self, width: int = 80, hidden: int = 80, wide: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        self.told = nn.Linear(SEGMENT_FEATURES, width)
        self.memory = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.gathered = nn.Linear(2 * hidden + PITCHES, wide)
        self.head = nn.Linear(wide, RELATIVE + 1)
        self.drop = nn.Dropout(dropout)

    def forward(self, onsets: torch.Tensor, share: torch.Tensor, lengths: torch.Tensor | None = None) -> Any:
        """Logits of every chord over the segment's first bass, and last of there being no one chord, (b, RELATIVE + 1).

        onsets: (b, t, SEGMENT_FEATURES); share: (b, t), of each onset in the segment, 0 outside; lengths: (b,), where
        the rows of some were filled up.
        """
        told = torch.relu(self.told(onsets))
        if lengths is None:
            remembered, _ = self.memory(told)
        else:
            packed = nn.utils.rnn.pack_padded_sequence(told, lengths.cpu(), batch_first=True, enforce_sorted=False)
            remembered, _ = nn.utils.rnn.pad_packed_sequence(
                self.memory(packed)[0], batch_first=True, total_length=onsets.shape[1]
            )
        both = torch.cat([remembered, onsets[..., :PITCHES]], dim=2)
        mean = (both * share[..., None]).sum(dim=1)
        return self.head(self.drop(torch.relu(self.gathered(self.drop(mean)))))


class ChordReader(nn.Module):
    """An LSTM over chords in their keys, a chord a step, that can be carried on."""

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.root = nn.Embedding(STEPS, width)
        self.kind = nn.Embedding(len(KINDS), width)
        self.change = nn.Embedding(CHANGES, width)
        self.mode = nn.Embedding(len(MODES), width)
        self.home = nn.Embedding(HOMES, width)
        self.memory = nn.LSTM(width, hidden, batch_first=True)
        self.drop = nn.Dropout(dropout)

    def forward(self, chords: torch.Tensor, memory: Memory) -> tuple[torch.Tensor, Memory]:
        """(b, t, hidden) and the memory after the last step.

        chords: (b, t, 4), whole numbers: the chord relative to the tonic (in RELATIVE), how the key changed to this one
        (in CHANGES), its mode, and how many sharps it has more than the key signature (in HOMES).
        """
        chord, change, mode, home = chords.unbind(-1)
        root = torch.div(chord, len(KINDS), rounding_mode="floor")
        told = self.root(root) + self.kind(chord - root * len(KINDS))
        told = told + self.change(change) + self.mode(mode) + self.home(home)
        remembered, memory = self.memory(self.drop(told), memory)
        return self.drop(remembered), memory


class ChordSequence(nn.Module):
    """CSM and ICM: the next chord, given those before it and its key; the first key and chord."""

    def __init__(self, width: int = 64, hidden: int = 96, dropout: float = 0.4) -> None:
        super().__init__()
        self.hidden = hidden
        self.reader = ChordReader(width, hidden, dropout)
        self.narrow = nn.Linear(hidden, width)
        self.head = nn.Linear(width, RELATIVE)
        self.initial_key = nn.Parameter(torch.zeros(len(MODES) * HOMES))
        self.initial_chord = nn.Parameter(torch.zeros(len(MODES), RELATIVE))

    def forward(self, chords: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor) -> Any:
        """Logits of the next chord, (b, t, RELATIVE), the next hidden and cell, and what `initial` says of each key.

        chords: (b, t, 4), as the reader takes them: each the chord before, told in the key of the next one.
        hidden, cell: (1, b, hidden), zeros at the beginning.
        """
        remembered, (hidden, cell) = self.reader(chords, (hidden, cell))
        following = self.head(torch.relu(self.narrow(remembered)))
        return following, hidden, cell, *self.initial(chords[..., 2], chords[..., 3])

    def initial(self, mode: torch.Tensor, home: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The log probability that a piece begins in a key, and logits of its first chord, (..., RELATIVE)."""
        key = torch.log_softmax(self.initial_key, dim=0)[mode * HOMES + home]
        return key, self.initial_chord[mode]


class KeySequence(nn.Module):
    """KTM and KSM: does the key change after the chords so far, and to which key?"""

    def __init__(self, width: int = 48, hidden: int = 64, dropout: float = 0.4) -> None:
        super().__init__()
        self.hidden = hidden
        self.transition = ChordReader(width, hidden, dropout)
        self.sequence = ChordReader(width, hidden, dropout)
        self.changes = nn.Linear(hidden, 1)
        self.following = nn.Linear(hidden, CHANGES - 1)

    def forward(self, chords: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor) -> Any:
        """Logits of a change, (b, t), and of the next key if it changes, (b, t, CHANGES - 1); next hidden and cell.

        chords: (b, t, 4), as the readers take them. hidden, cell: (2, b, hidden), zeros at the beginning.
        """
        told, (first_hidden, first_cell) = self.transition(chords, (hidden[:1], cell[:1]))
        follows, (second_hidden, second_cell) = self.sequence(chords, (hidden[1:], cell[1:]))
        return (
            self.changes(told)[..., 0],
            self.following(follows),
            torch.cat([first_hidden, second_hidden]),
            torch.cat([first_cell, second_cell]),
        )
