"""The General MIDI programme of a part that is named in English, Italian or German, where its file says none."""

from __future__ import annotations

import re

PIANO, CHOIR = 0, 52
_NAMES = {
    6: "harpsichord, cembalo, clavicembalo, continuo",
    8: "celesta",
    9: "glockenspiel",
    11: "vibraphone, vibraphon",
    12: "marimba",
    13: "xylophone, xylophon",
    19: "organ, organo, orgel",
    21: "accordion, akkordeon, fisarmonica",
    24: "guitar, chitarra, gitarre, lute, liuto, laute",
    32: "acoustic bass, upright bass",
    33: "bass guitar, electric bass, e-bass",
    38: "synth bass",
    40: "violin, violins, violino, violini, violine, violinen, geige, geigen",
    41: "viola, violas, viole, bratsche, bratschen",
    42: "cello, cellos, celli, violoncello, violoncelli",
    43: "double bass, string bass, contrabass, contrabasso, contrabbasso, contrabbassi, kontrabass",
    46: "harp, arpa, harfe",
    47: "timpani, pauken",
    48: "strings, archi, streicher",
    52: "choir, coro, chor, soprano, sopran, contralto, alto, alt, tenor, tenore, bass, basso",
    53: "voice, voices, voce, gesang, singstimme",
    56: "trumpet, trumpets, tromba, trombe, trompete, trompeten",
    57: "trombone, trombones, tromboni, posaune, posaunen",
    58: "tuba",
    60: "horn, horns, corno, corni, hörner",
    64: "soprano sax, soprano saxophone, sopransaxophon",
    65: "sax, saxophone, saxophon, sassofono, alto saxophone, altsaxophon",
    66: "tenor sax, tenor saxophone, tenorsaxophon",
    67: "baritone sax, baritone saxophone, baritonsaxophon",
    68: "oboe, oboes, oboi, oboen",
    69: "english horn, cor anglais, corno inglese, englischhorn",
    70: "bassoon, bassoons, fagotto, fagotti, fagott, fagotte",
    71: "clarinet, clarinets, clarinetto, clarinetti, klarinette, klarinetten",
    72: "piccolo, ottavino",
    73: "flute, flutes, flauto, flauti, flöte, flöten, querflöte",
    74: "recorder, recorders, blockflöte, blockflöten, flauto dolce",
}
_PROGRAMS = {name: program for program, names in _NAMES.items() for name in names.split(", ")}
# A longer name says more: a bass clarinet is a clarinet.
_NAMED = re.compile("|".join(rf"(?<!\w){name}(?!\w)" for name in sorted(_PROGRAMS, key=len, reverse=True)))


def program_named(name: str) -> int:
    """The programme of the longest name of an instrument in a part's name; the piano's where there is none.

    A voice's name beside an instrument's says which of its kind it is: an alto sax, a bass tuba.
    """
    found = [_PROGRAMS[one] for one in sorted(_NAMED.findall(name.lower()), key=len, reverse=True)]
    return next((one for one in found if one != CHOIR), found[0] if found else PIANO)
