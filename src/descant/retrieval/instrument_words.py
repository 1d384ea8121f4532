"""What people call the instruments that are told apart: each word with the classes it may stand for.

A word for several classes means any of them: a guitar may be acoustic, electric or distorted.
"""

from __future__ import annotations

import re

_WORDS: dict[tuple[str, ...], str] = {
    ("piano",): "piano, grand piano, pianoforte, upright piano, honky-tonk",
    ("keyboard",): "keyboard, electric piano, e-piano, rhodes, wurlitzer, harpsichord, cembalo, clavinet, clavichord",
    ("mallets",): "mallets, mallet, celesta, celeste, glockenspiel, music box, vibraphone, vibes, marimba, xylophone, "
    "tubular bell, kalimba, mallet percussion",
    ("organ",): "organ, hammond, church organ, pipe organ, accordion, harmonica, harmonium, concertina, bandoneon",
    ("acoustic guitar",): "acoustic guitar, classical guitar, nylon guitar, spanish guitar, steel guitar, ukulele",
    ("electric guitar",): "clean guitar, jazz guitar, muted guitar",
    ("electric guitar", "distorted guitar"): "electric guitar",
    ("distorted guitar",): "distorted guitar, distortion guitar, overdriven guitar, heavy guitar",
    ("acoustic guitar", "electric guitar", "distorted guitar"): "guitar",
    ("bass",): "bass, bass guitar, electric bass, acoustic bass, upright bass, slap bass, synth bass, fretless bass",
    ("solo strings", "bass"): "double bass, contrabass",
    ("solo strings",): "solo strings, violin, fiddle, viola, cello, violoncello, string quartet, string trio",
    ("string ensemble",): "string ensemble, string orchestra, string section, synth strings",
    ("solo strings", "string ensemble"): "strings, string instrument, bowed strings",
    ("voice",): "voice, vocal, vocals, singer, singing, vocalist, choir, chorus, choral, sung",
    ("brass",): "brass, trumpet, trombone, tuba, horn, french horn, cornet, bugle, brass section, horn section",
    ("reed",): "reed, sax, saxophone, alto sax, tenor sax, soprano sax, baritone sax, alto saxophone, tenor saxophone, "
    "soprano saxophone, baritone saxophone, oboe, english horn, cor anglais, bassoon, clarinet, bass clarinet, "
    "bagpipe, shanai",
    ("flute",): "flute, piccolo, recorder, pan flute, panpipes, whistle, tin whistle, ocarina, shakuhachi",
    ("reed", "flute"): "woodwind, woodwinds",
    ("synth lead",): "synth lead, lead synth",
    ("synth pad",): "synth pad, pad",
    ("synth lead", "synth pad"): "synth, synthesizer, synthesiser",
    ("plucked strings",): "plucked strings, harp, banjo, sitar, shamisen, koto, dulcimer, pizzicato, pizzicato strings",
    ("plucked strings", "acoustic guitar"): "lute, mandolin",
    ("drums",): "drums, drum, drum kit, drum set, drum machine, drumming, percussion, bass drum, snare, snare drum, "
    "hi-hat, hihat, cymbal",
    (): "steel drum, bass clef",  # not to be taken for what they begin or end with
}
_CLASSES = {re.sub("[ -]", "", word): classes for classes, words in _WORDS.items() for word in words.split(", ")}
_PARTS = (re.split("[ -]", word) for words in _WORDS.values() for word in words.split(", "))
_LONGEST_FIRST = sorted(("[ -]?".join(map(re.escape, parts)) for parts in _PARTS), key=len, reverse=True)
# A pattern for lower case, with what may be a plural's ending. Matched in one way only, so that no sentence takes long.
WORD = rf"(?>(?:{'|'.join(_LONGEST_FIRST)})s?)"


def classes_of(word: str) -> tuple[str, ...]:
    """The classes that a word may stand for; none where it is no instrument that is told apart."""
    compact = re.sub("[ _-]", "", word.lower())
    return _CLASSES.get(compact) or _CLASSES.get(compact.removesuffix("s"), ())
