"""What can be said of a clip, fact by fact, and the words for each fact.

A fact is `field=value`, such as `instrument=flute` or `tempo=slow`: what a caption asks for, and what is true of a
clip, are sets of them. Some words are never used in training, nor any word of their stem: what they mean can only be
known from what musicians wrote about other music (`musiccaps`). They measure what the text tower makes of new words.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from descant.datasets.music_attributes import MusicAttributes
from descant.features.key_fit import NAMES

VERY_SLOW, SLOW, FAST, VERY_FAST = 60.0, 84.0, 118.0, 150.0  # beats a minute
SPARSE, BUSY = 3.0, 9.0  # notes a second
LOW, HIGH = 54.0, 74.0  # median MIDI pitch
BPM_STEP = 1.04  # tempi within this factor are the same number of beats a minute
SLOWEST = 30.0

COMPOSERS = (
    "Johann Sebastian Bach",
    "Ludwig van Beethoven",
    "Johannes Brahms",
    "Cécile Chaminade",
    "Frédéric Chopin",
    "Joseph Haydn",
    "Fanny (Mendelssohn) Hensel",
    "Josephine Lang",
    "Franz Liszt",
    "Wolfgang Amadeus Mozart",
    "Louise Reichardt",
    "Franz Schubert",
    "Clara Schumann",
    "Robert Schumann",
    "Hugo Wolf",
)
CORPORA = ("POP909", "JSB Chorales", "When in Rome", "Haydn op. 20", "Ryan's Mammoth Collection", "Groove")
LEFT_OUT = ("drums", "voice", "piano", "bass")  # whose absence is worth a word

# The words for each fact, the plainest first.
WORDS: dict[str, tuple[str, ...]] = {
    "instrument=piano": ("piano", "grand piano", "pianist", "acoustic piano"),
    "instrument=keyboard": ("keyboard", "electric piano", "harpsichord", "clavinet", "keys"),
    "instrument=mallets": ("mallets", "vibraphone", "marimba", "glockenspiel", "bells", "music box", "celesta"),
    "instrument=organ": ("organ", "pipe organ", "church organ", "accordion", "harmonica"),
    "instrument=acoustic guitar": ("acoustic guitar", "guitar", "classical guitar", "nylon guitar", "fingerpicking"),
    "instrument=electric guitar": ("electric guitar", "guitar", "clean guitar", "jazz guitar", "e-guitar"),
    "instrument=distorted guitar": ("distorted guitar", "guitar", "overdriven guitar", "heavy guitar", "rock guitar"),
    "instrument=bass": ("bass", "bass guitar", "bass line", "double bass", "upright bass", "synth bass"),
    "instrument=solo strings": ("solo strings", "violin", "cello", "viola", "bowed strings"),
    "instrument=string ensemble": ("string ensemble", "strings", "string section", "string orchestra", "orchestra"),
    "instrument=voice": ("voice", "choir", "vocals", "singing", "singer", "choral voices"),
    "instrument=brass": ("brass", "trumpet", "horns", "french horn", "brass section", "tuba"),
    "instrument=reed": ("reed", "saxophone", "sax", "clarinet", "oboe", "bassoon"),
    "instrument=flute": ("flute", "recorder", "whistle", "pan flute", "piccolo"),
    "instrument=synth lead": ("synth lead", "synthesizer", "synth", "lead synth", "electronic lead"),
    "instrument=synth pad": ("synth pad", "pad", "synth", "ambient synth", "electronic pad"),
    "instrument=plucked strings": ("plucked strings", "harp", "banjo", "sitar", "koto", "pizzicato"),
    "instrument=drums": ("drums", "drum kit", "drumming", "beat", "drummer", "drum set"),
    "style=pop song": ("pop song", "pop", "song", "pop tune", "mandopop", "chinese pop", "ballad"),
    "style=chorale": ("chorale", "hymn", "church music", "sacred music", "four part harmony", "baroque chorale"),
    "style=folk tune": (
        "folk tune",
        "folk",
        "traditional tune",
        "dance tune",
        "celtic tune",
        "irish tune",
    ),
    "style=drum beat": ("drum beat", "drum loop", "drum solo", "groove", "beat", "drum track", "rhythm"),
    "style=piano piece": ("piano piece", "classical piano", "piano music", "classical", "romantic piano"),
    "style=string quartet": ("string quartet", "chamber music", "quartet", "classical strings", "classical"),
    "style=art song": ("art song", "lied", "classical song", "romantic song", "song with piano", "recital"),
    "genre=pop": ("pop",),
    "genre=rock": ("rock", "rock music", "rock band"),
    "genre=funk": ("funk", "funky", "soul"),
    "genre=soul": ("soul", "soulful", "r&b"),
    "genre=jazz": ("jazz", "jazzy", "swing", "lounge"),
    "genre=latin": ("latin", "salsa", "latin dance", "bossa nova"),
    "genre=hip hop": ("hip hop", "rap beat", "trap"),
    "genre=reggae": ("reggae", "ska", "dub"),
    "genre=dance": ("dance", "electronic dance", "edm", "disco", "techno"),
    "genre=ballad": ("ballad", "slow ballad", "love song"),
    "genre=reel": ("reel", "irish reel", "scottish reel"),
    "genre=jig": ("jig", "irish jig"),
    "genre=hornpipe": ("hornpipe", "sailor's dance"),
    "genre=strathspey": ("strathspey", "scottish dance"),
    "texture=solo": ("solo", "unaccompanied", "alone", "one instrument", "single player", "no other instruments"),
    "texture=duo": ("duo", "duet", "two instruments", "two players"),
    "texture=ensemble": ("ensemble", "band", "full band", "several instruments", "group"),
    "mode=major": ("major", "major key", "in a major key", "major mode"),
    "mode=minor": ("minor", "minor key", "in a minor key", "minor mode"),
    "meter=2/4": ("2/4", "two four time", "march"),
    "meter=3/4": ("3/4", "waltz", "three four time", "triple time", "waltz time"),
    "meter=4/4": ("4/4", "common time", "four four time"),
    "meter=6/8": ("6/8", "six eight time", "compound time", "lilting"),
    "meter=2/2": ("2/2", "cut time", "alla breve"),
    "loudness=soft": ("soft", "quiet", "gentle", "softly played", "delicate"),
    "loudness=loud": ("loud", "forceful", "powerful", "loudly played", "strong"),
    "articulation=staccato": ("staccato", "short notes", "detached", "choppy", "plucky"),
    "articulation=legato": ("legato", "smooth", "flowing", "connected", "sustained"),
    "mood=happy": ("happy", "cheerful", "upbeat", "bright", "merry", "fun"),
    "mood=sad": ("sad", "sorrowful", "mournful", "gloomy", "emotional", "heartfelt"),
    "mood=calm": ("calm", "peaceful", "relaxing", "gentle", "dreamy", "tender", "easygoing", "ambient", "lullaby"),
    "mood=energetic": ("energetic", "exciting", "driving", "spirited", "vibrant", "upbeat", "dynamic"),
    "mood=tense": ("tense", "dark", "dramatic", "intense", "angry", "ominous", "aggressive"),
    "tempo=very slow": ("very slow", "very slow tempo", "largo", "dragging"),
    "tempo=slow": ("slow", "slow tempo", "slow paced", "unhurried", "adagio", "lazy"),
    "tempo=medium": ("medium tempo", "moderate tempo", "mid tempo", "andante", "moderate", "walking pace"),
    "tempo=fast": ("fast", "fast tempo", "quick", "fast paced", "allegro", "brisk"),
    "tempo=very fast": ("very fast", "very fast tempo", "presto", "frantic", "racing"),
    "density=sparse": ("sparse", "simple", "few notes", "minimal", "minimalist"),
    "density=busy": ("busy", "many notes", "dense", "fast notes", "virtuosic", "full"),
    "pitch=low": ("low", "low pitched", "deep", "deep sound", "low register"),
    "pitch=high": ("high", "high pitched", "high register", "shrill", "bright high notes"),
    "without=drums": ("no drums", "without drums", "drumless"),
    "without=voice": ("no vocals", "instrumental", "no voice", "no singing", "no singer", "without vocals"),
    "without=piano": ("no piano", "without piano"),
    "without=bass": ("no bass", "without bass"),
    "corpus=POP909": ("POP909", "chinese pop songs"),
    "corpus=JSB Chorales": ("JSB Chorales", "bach chorales"),
    "corpus=When in Rome": ("When in Rome", "OpenScore Lieder"),
    "corpus=Haydn op. 20": ("Haydn op. 20", "sun quartets"),
    "corpus=Ryan's Mammoth Collection": ("Ryan's Mammoth Collection", "scottish and irish dances"),
    "corpus=Groove": ("Groove", "groove drum recordings"),
} | {f"composer={one}": (one, re.sub(r"\W+$", "", one).split()[-1]) for one in COMPOSERS}

FACTS: tuple[str, ...] = (
    *WORDS,
    *(f"key={name}" for name in NAMES),
    *(f"bpm={number}" for number in range(60)),
)
NUMBER = {fact: at for at, fact in enumerate(FACTS)}

# Words that training never sees beside sound, and the facts that they stand for.
UNSEEN: dict[str, tuple[str, ...]] = {
    "percussion": ("instrument=drums",),
    "e-bass": ("instrument=bass",),
    "xylophone": ("instrument=mallets",),
    "trombone": ("instrument=brass",),
    "woodwind": ("instrument=flute", "instrument=reed"),
    "fiddle": ("instrument=solo strings",),
    "joyful": ("mood=happy",),
    "melancholic": ("mood=sad",),
    "soothing": ("mood=calm",),
    "mellow": ("mood=calm",),
    "suspenseful": ("mood=tense",),
    "uptempo": ("tempo=fast", "tempo=very fast"),
}
UNSEEN_STEMS = re.compile(
    r"percuss|\be-?\s?bass|xylophon|trombon|woodwind|fiddl|joy|melanchol|sooth|mellow|suspens|up-?\s?tempo",
    re.IGNORECASE,
)


@cache
def facts(said: MusicAttributes) -> frozenset[str]:
    """All that is true of a clip."""
    found = {
        f"style={said.style}",
        f"genre={said.genre}",
        f"texture={said.texture}",
        f"mode={said.mode}",
        f"key={said.key}",
        f"meter={said.meter}",
        f"loudness={said.loudness}",
        f"articulation={said.articulation}",
        f"mood={said.mood}",
        f"corpus={said.corpus}",
        f"composer={said.composer}",
        f"bpm={bpm_bin(said.tempo_bpm)}",
        *(f"tempo={word}" for word in tempo_words(said.tempo_bpm)),
        *(f"instrument={one}" for one in said.instruments),
        *(f"without={one}" for one in LEFT_OUT if one not in said.instruments),
    }
    if said.notes_per_second <= SPARSE:
        found.add("density=sparse")
    if said.notes_per_second >= BUSY:
        found.add("density=busy")
    if said.median_pitch is not None and said.median_pitch <= LOW:
        found.add("pitch=low")
    if said.median_pitch is not None and said.median_pitch >= HIGH:
        found.add("pitch=high")
    return frozenset(found & NUMBER.keys())


def tempo_words(bpm: float) -> tuple[str, ...]:
    """The words that fit a tempo."""
    if bpm < SLOW:
        return ("very slow", "slow") if bpm < VERY_SLOW else ("slow",)
    if bpm > FAST:
        return ("fast", "very fast") if bpm > VERY_FAST else ("fast",)
    return ("medium",)


def bpm_bin(bpm: float) -> int:
    """The number of a tempo among steps of four per cent."""
    return int(np.clip(np.round(np.log(bpm / SLOWEST) / np.log(BPM_STEP)), 0, 59))


def marked(found: frozenset[str] | set[str]) -> np.ndarray:
    """Facts as a row of FACTS, float32 (facts,)."""
    row = np.zeros(len(FACTS), dtype=np.float32)
    row[[NUMBER[fact] for fact in found]] = 1.0
    return row
