"""Solo piano: to test, concert performances (ASAP); to tune, others of them and the accompaniments of POP909."""

from __future__ import annotations

from descant.datasets import asap, pop909
from descant.datasets.excerpt import beats_between, excerpt, only_parts
from descant.evaluation.ears.recording import Collection, Recording
from descant.evaluation.ears.rendering import SOUNDFONTS, rendered

SECONDS = 120.0  # of each, from its start
ACCOMPANIMENT = ("PIANO",)

# A spread over composers, tempi and textures, each piece once.
PLAYED = (
    "Bach/Fugue/bwv_858/VuV01M",
    "Bach/Fugue/bwv_875/Ahfat01M",
    "Bach/Italian_concerto/KyykhynenT03",
    "Bach/Prelude/bwv_866/SOLOM02",
    "Bach/Prelude/bwv_887/LiYZ01M",
    "Beethoven/Piano_Sonatas/14-3/Meek03",
    "Beethoven/Piano_Sonatas/21-1_no_repeat/Dulu01",
    "Beethoven/Piano_Sonatas/28-1/Atzinger01",
    "Beethoven/Piano_Sonatas/7-3/Larionova04",
    "Brahms/Six_Pieces_op_118/2/Shilyaev03",
    "Chopin/Barcarolle/Kociuban13",
    "Chopin/Etudes_op_10/7/ChenL02",
    "Chopin/Etudes_op_25/8/DeTurck02",
    "Chopin/Sonata_2/3rd_no_repeat/Knoll10",
    "Debussy/Pour_le_Piano/1/MunA12M",
    "Glinka/The_Lark/Denisova10M",
    "Haydn/Keyboard_Sonatas/39-1/Yarden02",
    "Haydn/Keyboard_Sonatas/49-1/Hou01",
    "Liszt/Concert_Etude_S145/1/FEINER03",
    "Liszt/Mephisto_Waltz/Avdeeva03",
    "Liszt/Transcendental_Etudes/4/Cai03",
    "Mozart/Piano_Sonatas/11-3/Stahievitch02",
    "Mozart/Piano_Sonatas/12-3/BLINOV01",
    "Prokofiev/Toccata/Colafelice11",
    "Rachmaninoff/Preludes_op_32/10/FONG08",
    "Ravel/Miroirs/4_Alborada_del_gracioso/CHOE02",
    "Schubert/Impromptu_op.90_D.899/3/Hou06M",
    "Schubert/Moment_Musical_no_1/MunA10M",
    "Schubert/Piano_Sonatas/894-2/KimSY16",
    "Schumann/Kreisleriana/1_no_first_repeat/JohannsonP02M",
    "Schumann/Kreisleriana/7/JohannsonP08",
    "Scriabin/Sonatas/5/ChernovA06M",
)


# Other pieces or movements, to tune on.
TUNED = (
    "Bach/Fugue/bwv_846/Shi05M",
    "Bach/Fugue/bwv_857/Bult-ItoS02M",
    "Bach/Prelude/bwv_876/SirajA01M",
    "Bach/Prelude/bwv_891/BLINOV04M",
    "Beethoven/Piano_Sonatas/26-1/Ali02",
    "Beethoven/Piano_Sonatas/3-2/MiyashitaM04M",
    "Beethoven/Piano_Sonatas/7-2/Larionova04",
    "Chopin/Ballades/1/Ali01",
    "Chopin/Etudes_op_10/4/ADIG02",
    "Chopin/Sonata_2/2nd/KaszoS14",
    "Debussy/Images_Book_1/1_Reflets_dans_lEau/Kleisen11M",
    "Haydn/Keyboard_Sonatas/31-1/Masycheva01",
    "Haydn/Keyboard_Sonatas/32-1_no_repeat/Goldberg01",
    "Liszt/Transcendental_Etudes/10/CaoJ03M",
    "Liszt/Transcendental_Etudes/3/Huang14M",
    "Mozart/Fantasie_475/Huangci05M",
    "Mozart/Piano_Sonatas/12-1/ADIG01",
    "Rachmaninoff/Preludes_op_23/6/Nikiforov14M",
    "Ravel/Pavane/ChenS03",
    "Schubert/Impromptu_op.90_D.899/2/Denisova11M",
    "Schubert/Impromptu_op.90_D.899/4/Dossin04",
    "Schubert/Moment_musical_no_3/Tetzloff09M",
    "Schumann/Arabeske/Min09M",
)


def ids(split: str) -> tuple[str, ...]:
    """ASAP's performances; to tune, POP909's songs as well."""
    return PLAYED if split == "test" else (*TUNED, *pop909.song_ids(split)[::3])


def load(split: str, name: str) -> Recording:
    """The first two minutes of one performance on a piano."""
    if name in (*PLAYED, *TUNED):
        performance = asap.read_performance(name)
        notes, beats, data = performance.notes, performance.beats, f"{asap.NAME}/{split}"
    else:
        song = pop909.read_song(name)
        notes, beats, data = only_parts(song.notes, ACCOMPANIMENT), song.beats, f"{pop909.NAME}/{split}, piano alone"
    notes, beats = excerpt(notes, 0.0, SECONDS), beats_between(beats, 0.0, SECONDS)
    sound = rendered(notes, split, f"performances/{name.replace('/', '-')}")
    return Recording(data, name, sound, SOUNDFONTS[split], notes=notes, beats=beats)


PERFORMANCES = Collection("performances", ids, load, (asap, pop909))
