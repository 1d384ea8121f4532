"""Draws each listening model at work: on one held-out recording, what it says, what is read from that, what is true.

`tools/pages.py --pictures` runs it. It needs the extra `train` and the test sets under DESCANT_DATA. The recordings are
the first of their collections and the windows round numbers: neither was chosen by how well a model does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from composition_pictures import discrete_diffusion_picture, music_transformer_picture
from drawing import (
    BAR_TRUE,
    BOX_HEARD,
    BOX_TRUE,
    DARK,
    FILLED_HEARD,
    FILLED_TRUE,
    HEARD,
    LIGHT,
    MARK_HEARD,
    MARK_TRUE,
    TRUE,
    Array,
    activation,
    boxes,
    filled,
    labelled,
    marks,
    outlined,
    panels,
    pitch_axis,
    roll,
    shade,
    shade_keys,
    time_axes,
)
from getmusic_picture import getmusic_picture
from harmony_pictures import chord_gnn_picture, modular_harmony_picture
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from melody_picture import melody_picture
from mulan_picture import mulan_picture
from song_pictures import music_transformer_accompaniment_picture, music_transformer_performance_picture

from descant.analysis import all_in_one, instruments, key_net, pm2s_beats, structured_chords
from descant.analysis.beat_steps import beat_steps
from descant.analysis.note_clusters import clusters
from descant.evaluation.ears.collections import find as collection
from descant.evaluation.ears.recording import Recording
from descant.evaluation.pedal import pedal_extended
from descant.features import FRAME_RATE, get
from descant.features.key_fit import NAMES as KEY_NAMES
from descant.features.log_mel import LogMel
from descant.features.posteriors import PosteriorFrames, Posteriors
from descant.features.slow_vqt import SlowVqt, stretch_means
from descant.registry import find, towards
from descant.transcription import autoregressive_multistate, basic_pitch, drums, key_states
from descant.types import Beats
from descant.types.annotations import INSTRUMENT
from descant.types.chord_vocabulary import parse, tones
from descant.types.drums import DRUM_CLASSES, drum_class
from descant.types.instruments import DRUMS, INSTRUMENTS, instrument_class
from descant.types.names import FLAT_NAMES, pitch_class

BEATS = towards(Beats)[0].name  # the transform whose beats the chords are heard on
STATES = {"off": "white", "onset": HEARD, "sustain": LIGHT, "offset": "#666666", "re-onset": "#000000"}


@dataclass(frozen=True)
class Scene:
    """A window of a test recording."""

    collection: str
    start: float  # seconds
    end: float  # the window's

    @property
    def window(self) -> tuple[float, float]:
        return self.start, self.end

    def recording(self) -> Recording:
        made = collection(self.collection)
        return made.load("test", made.ids("test")[0])


PIANO = Scene("performances", 10.0, 18.0)
BAND = Scene("bands", 10.0, 18.0)
SONG = Scene("songs", 30.0, 60.0)
ORCHESTRA = Scene("orchestras", 0.0, 40.0)
SCORE = Scene("scores", 0.0, 120.0)
STEM = Scene("stems", 0.0, 8.0)


def named(system: str, recording: Recording) -> str:
    """A picture's title: who listens to what."""
    sound = f"the SoundFont {recording.rendered}" if recording.rendered else "a real recording"
    return f"{system} listens to {recording.id} ({recording.data}; {sound})"


def basic_pitch_picture() -> Figure:
    """Posteriors of onsets and notes; notes."""
    recording = BAND.recording()
    heard: basic_pitch.NoteFrames = get(recording.sound, basic_pitch.Posteriorgrams())
    said = {"a note begins": heard.onset.astype(float), "a note sounds": heard.note / 255}
    return notes_picture(BAND, recording, "basic-pitch", said)


def onsets_and_frames_picture() -> Figure:
    """Posteriors of onsets and frames; notes."""
    recording = PIANO.recording()
    heard = get(recording.sound, Posteriors("onsets_and_frames", LogMel())).outputs
    said = {"a key is struck": heard["onset"].astype(float), "a key sounds": heard["frame"].astype(float)}
    return notes_picture(PIANO, recording, "onsets-and-frames", said)


def notes_picture(scene: Scene, recording: Recording, system: str, said: dict[str, Array]) -> Figure:
    """A panel for each posterior and one for the notes."""
    assert recording.notes is not None
    true, heard = pedal_extended(recording.notes), find(system)(recording.sound)
    figure, axes = panels((1, 1, 1.1), 9.5, named(system, recording), (FILLED_TRUE, BOX_HEARD))
    for one, (what, posterior) in zip(axes, said.items(), strict=False):
        shade_keys(one, posterior, scene.window)
        one.set_title(f"{what}, the model says")
    roll(axes[2], true, heard)
    axes[2].set_title("the notes, each until its sound ends")
    for one in axes:
        pitch_axis(one, true, scene.window)
    time_axes(axes, scene.window)
    return figure


def autoregressive_multistate_picture() -> Figure:
    """The state of each key, as heard and as it is."""
    recording = PIANO.recording()
    assert recording.notes is not None
    notes = pedal_extended(recording.notes)
    heard = get(recording.sound, States())
    true = key_states.states_of(notes, len(heard))
    legend = [Patch(facecolor=colour, edgecolor="#999999", label=name) for name, colour in STATES.items()]
    figure, axes = panels((1, 1), 8.5, named("autoregressive-multistate", recording), legend)
    seconds, pitches = (np.arange(len(heard) + 1) - 0.5) / FRAME_RATE, np.arange(key_states.KEYS + 1) + 20.5
    for one, states, what in zip(axes, (heard, true), ("heard", "true"), strict=True):
        one.pcolormesh(seconds, pitches, states.T, cmap=ListedColormap(list(STATES.values())), vmin=-0.5, vmax=4.5)
        one.set_title(f"the state of each key, {what}")
        pitch_axis(one, notes, PIANO.window)
    time_axes(axes, PIANO.window)
    return figure


@dataclass(frozen=True)
class States:
    """The feature: the state that `autoregressive_multistate` gives each key, (frames, KEYS)."""

    source = LogMel()
    rate = None

    def start(self, sample_rate: int, channels: int) -> StateStream:  # noqa: ARG002
        return StateStream()


class StateStream:
    """Listens as the transform does, and keeps the states."""

    def __init__(self) -> None:
        self.listener = autoregressive_multistate.KeyListener()
        self.listener.events = self.kept = KeptStates()

    def push(self, frames: Array) -> None:
        self.listener.push(frames)

    def finish(self) -> Array:
        return np.array(self.kept.states)


class KeptStates(autoregressive_multistate.KeyEvents):
    """Keeps the states, and tells of no events."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[Array] = []

    def push(self, state: Array, probability: Array) -> list[Any]:  # noqa: ARG002
        self.states.append(state)
        return []


def drums_picture() -> Figure:
    """The activation of each class, the peaks picked and the strokes."""
    recording = STEM.recording()
    assert recording.notes is not None
    true, heard = recording.notes, find("drums")(recording.sound)
    said = get(recording.sound, drums.HEARD).outputs["onset"].astype(float)
    threshold = Line2D([], [], color=DARK, linestyle=":", label="least height of a peak")
    legend = (MARK_TRUE, MARK_HEARD, threshold)
    figure, axes = panels((1,) * len(DRUM_CLASSES), 8.5, named("drums", recording), legend)
    for kind, (one, name, least) in enumerate(zip(axes, DRUM_CLASSES, drums.thresholds(), strict=True)):
        activation(one, said[:, kind], STEM.window)
        marks(one, *(notes.onset[drum_class(notes.pitch) == kind] for notes in (true, heard)))
        one.axhline(least, color=DARK, linestyle=":", linewidth=1)
        one.set_ylabel(name)
    axes[0].set_title("how probable a stroke is in each frame, the model says")
    time_axes(axes, STEM.window)
    return figure


def instruments_picture() -> Figure:
    """The posterior of each class over time, the spans told and those in which it plays."""
    recording = ORCHESTRA.recording()
    assert recording.notes is not None
    notes, tags = pedal_extended(recording.notes), find("instruments")(recording.sound)
    said = instruments.scores(recording.sound).frame[:, : len(INSTRUMENTS)]
    figure, (axes,) = panels((1,), 9.0, named("instruments", recording), (BAR_TRUE, BOX_HEARD))
    seconds = np.arange(len(said) + 1) * instruments.STEP
    rows = np.stack([said, np.zeros_like(said)], axis=2).reshape(len(said), -1)  # below each, room for the truth
    shade(axes, rows, seconds, np.arange(rows.shape[1] + 1) / 2 - 0.45)
    axes.hlines(np.arange(len(INSTRUMENTS)) + 0.5, *ORCHESTRA.window, color="#BBBBBB", linewidth=0.8)
    kinds = np.where(notes.drum, DRUMS, instrument_class(notes.program))
    for kind, name in enumerate(INSTRUMENTS):
        plays = kinds == kind
        boxes(axes, notes.onset[plays], notes.offset[plays], kind + 0.13, 0.26, color=TRUE)
        told = [
            at
            for at, (label, what) in enumerate(zip(tags.label, tags.kind, strict=True))
            if (label, what) == (name, INSTRUMENT)
        ]
        boxes(axes, tags.start[told], tags.end[told], kind - 0.42, 0.44, **outlined(HEARD))
    axes.set_yticks(range(len(INSTRUMENTS)), INSTRUMENTS)
    axes.set_ylim(len(INSTRUMENTS) - 0.5, -0.5)
    time_axes([axes], ORCHESTRA.window)
    return figure


def key_net_picture() -> Figure:
    """The posterior of each key over time, the keys told and those that an analyst found."""
    recording = SCORE.recording()
    true, heard = recording.local_keys, find("key-net")(recording.sound)
    assert true is not None
    edges = key_net.step_edges(recording.sound.duration)
    said = key_net.probabilities(stretch_means(get(recording.sound, SlowVqt()).levels, edges))
    order = [key for fifths in range(12) for key in (7 * fifths % 12, 12 + (7 * fifths + 9) % 12)]
    figure, (axes,) = panels((1,), 8.5, named("key-net", recording), (BOX_TRUE, FILLED_HEARD))
    shade(axes, said[:, order], edges, np.arange(len(order) + 1) - 0.5)
    for segments, inset, style in ((heard, 0.37, filled(HEARD)), (true, 0.0, outlined(TRUE))):
        rows = np.array([order.index(number_of(label)) for label in segments.label])
        boxes(axes, segments.start, segments.end, rows - 0.5 + inset, 1 - 2 * inset, **style)
    axes.set_yticks(range(len(order)), [KEY_NAMES[key] for key in order], fontsize=10)
    axes.set_title("how probable each key is in every two seconds, related keys side by side")
    time_axes([axes], (0.0, recording.sound.duration))
    return figure


def number_of(label: str) -> int:
    """A key's index into `KEY_NAMES`."""
    tonic, _, mode = label.partition(" ")
    return pitch_class(tonic) + (12 if mode == "minor" else 0)


def structured_chords_picture() -> Figure:
    """The posteriors of root and pitch classes, the labels told and the true ones."""
    recording = SONG.recording()
    true = recording.chords
    assert true is not None
    steps = beat_steps(find(BEATS)(recording.sound), recording.sound.duration)
    frames = structured_chords.heard(get(recording.sound, SlowVqt()).levels, steps.edges)
    said = structured_chords.answers(frames)
    heard = structured_chords.decode(said, steps)
    legend = (BOX_TRUE, BOX_HEARD)
    figure, axes = panels((1.1, 1, 0.4), 9.5, named(f"structured-chords, on the beats of {BEATS},", recording), legend)
    for one, name, names in zip(axes, ("root", "pitch_classes"), ((*FLAT_NAMES, "none"), FLAT_NAMES), strict=False):
        shade(one, said[name], steps.edges, np.arange(len(names) + 1) - 0.5)
        one.set_yticks(range(len(names)), names, fontsize=10)
        one.set_ylim(-0.6, len(names) - 0.4)
    for start, end, label in zip(true.start, true.end, true.label, strict=True):
        if chord := parse(label):
            boxes(axes[0], start, end, chord.root - 0.5, 1.0, **outlined(TRUE))
            boxes(axes[1], start, end, np.flatnonzero(tones(chord)) - 0.5, 1.0, **outlined(TRUE))
    axes[0].set_title("the chord's root in each half beat, the model says")
    axes[1].set_title("the notes of the chord in each half beat, the model says")
    labelled(axes[2], SONG.window, {"heard": (heard, HEARD), "true": (true, TRUE)}, size=10)
    time_axes(axes, SONG.window)
    return figure


def all_in_one_picture() -> Figure:
    """Beats and downbeats of a window; boundaries and sections of the whole song."""
    recording = SONG.recording()
    said: PosteriorFrames = get(recording.sound, all_in_one.HEARD)
    beats = find("all-in-one")(recording.sound)
    sections, true = find("all-in-one-sections")(recording.sound, beats), recording.sections[0]
    assert recording.beats is not None
    whole = (0.0, recording.sound.duration)
    figure, axes = panels((1, 1, 1, 0.6), 9.5, named("all-in-one", recording), (MARK_TRUE, MARK_HEARD))
    for one, name, window, moments in (
        (axes[0], "beat", SONG.window, (recording.beats.time, beats.time)),
        (axes[1], "downbeat", SONG.window, (recording.beats.downbeats, beats.downbeats)),
        (axes[2], "boundary", whole, (true.start[1:], sections.start[1:])),
    ):
        activation(one, 1 / (1 + np.exp(-said.outputs[name].astype(float))), window)
        marks(one, *moments)
        one.set_ylabel("probability")
    axes[0].set_title("a beat falls here, the model says")
    axes[1].set_title("a bar begins here")
    axes[2].set_title("a section begins here; the whole song")
    labelled(axes[3], whole, {"heard": (sections, HEARD), "true": (true, TRUE)})
    time_axes(axes[:2], SONG.window)
    time_axes(axes[2:], whole)
    return figure


def pm2s_beats_picture() -> Figure:
    """Probabilities of beat and downbeat at each moment that something is struck; the notes."""
    recording = PIANO.recording()
    assert recording.notes is not None
    assert recording.beats is not None
    found, beats = clusters(recording.notes), find("pm2s-beats")(recording.notes)
    told = pm2s_beats.told(found.features)
    title = f"pm2s-beats reads the notes of {recording.id} ({recording.data})"
    figure, axes = panels((1, 1, 1.1), 9.0, title, (MARK_TRUE, MARK_HEARD))
    for one, said, what, true, heard in zip(
        axes,
        (told.beat, told.downbeat),
        ("a beat falls here, the model says", "a bar begins here"),
        (recording.beats.time, recording.beats.downbeats),
        (beats.time, beats.downbeats),
        strict=False,
    ):
        one.vlines(found.time, 0.0, 1 / (1 + np.exp(-said.astype(float))), color=DARK, linewidth=1.5)
        marks(one, true, heard)
        one.set_title(what)
        one.set_ylabel("probability")
        one.set_ylim(0.0, 1.3)
    boxes(
        axes[2],
        recording.notes.onset,
        recording.notes.offset,
        recording.notes.pitch - 0.5,
        1.0,
        **filled(DARK),
    )
    axes[2].set_title("the notes")
    pitch_axis(axes[2], recording.notes, PIANO.window)
    time_axes(axes, PIANO.window)
    return figure


PICTURES = {
    "all_in_one": all_in_one_picture,
    "autoregressive_multistate": autoregressive_multistate_picture,
    "basic_pitch": basic_pitch_picture,
    "chord_gnn": chord_gnn_picture,
    "discrete_diffusion": discrete_diffusion_picture,
    "drums": drums_picture,
    "getmusic": getmusic_picture,
    "instruments": instruments_picture,
    "key_net": key_net_picture,
    "melody": melody_picture,
    "modular_harmony": modular_harmony_picture,
    "mulan": mulan_picture,
    "music_transformer": music_transformer_picture,
    "music_transformer_accompaniment": music_transformer_accompaniment_picture,
    "music_transformer_performance": music_transformer_performance_picture,
    "onsets_and_frames": onsets_and_frames_picture,
    "pm2s_beats": pm2s_beats_picture,
    "structured_chords": structured_chords_picture,
}
