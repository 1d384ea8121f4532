"""SoundFont 2 files taken apart and put together: chunks, lists of records, and what a few presets need of a font.

A font lists presets; a preset's zones ("bags") hold generators, the last of which may name an instrument; an
instrument's zones name samples in the same way (SoundFont Technical Specification 2.01, 7). Each record says where its
zones, and each zone where its generators and modulators begin; they end where the next one's begin.
"""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from descant.errors import UnreadableFileError
from descant.synthesis.modulators import baked

Records = npt.NDArray[np.void]
Data = bytes | memoryview | mmap.mmap
Chunks = dict[bytes, memoryview]

BAG = np.dtype([("generator", "<u2"), ("modulator", "<u2")])
GENERATOR = np.dtype([("kind", "<u2"), ("amount", "<u2")])
SAMPLE = np.dtype(
    [
        ("name", "S20"),
        ("start", "<u4"),  # all four points in samples of the smpl chunk
        ("end", "<u4"),
        ("loop_start", "<u4"),
        ("loop_end", "<u4"),
        ("rate", "<u4"),
        ("pitch", "u1"),
        ("correction", "i1"),
        ("link", "<u2"),
        ("kind", "<u2"),
    ]
)
LISTS = {
    b"phdr": np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("rest", "V12")]),
    b"pbag": BAG,
    b"pmod": np.dtype("V10"),
    b"pgen": GENERATOR,
    b"inst": np.dtype([("name", "S20"), ("bag", "<u2")]),
    b"ibag": BAG,
    b"imod": np.dtype("V10"),
    b"igen": GENERATOR,
    b"shdr": SAMPLE,
}
"""The lists of the pdta part in their order. Each ends with a record that only says where the last one ends."""

INSTRUMENT, SAMPLE_ID = 41, 53  # the generators that name what a zone plays
GUARD = 46  # samples after each sample that belong to it
DRUM_BANK = 128


def parts(font: Data) -> dict[bytes, Chunks]:
    """The chunks of the three lists INFO, sdta and pdta. Raises UnreadableFileError where there are not all three."""
    found = {
        bytes(body[:4]): dict(_chunks(body[4:]))
        for name, body in _chunks(memoryview(font)[12:])
        if name == b"LIST" and len(body) >= 4
    }
    if not {b"INFO", b"sdta", b"pdta"} <= found.keys() or b"smpl" not in found[b"sdta"]:
        raise UnreadableFileError("one of its three parts is missing")
    if not LISTS.keys() <= found[b"pdta"].keys():
        raise UnreadableFileError("one of its nine lists is missing")
    return found


def records(presets: Chunks) -> dict[bytes, Records]:
    """The lists of a pdta part. Raises UnreadableFileError where one is empty or not made of whole records."""
    found = {}
    for name, kind in LISTS.items():
        if not presets[name] or len(presets[name]) % kind.itemsize:
            raise UnreadableFileError(f"its list {name.decode()} is damaged")
        found[name] = np.frombuffer(presets[name], kind)
    return found


def assembled(info: Mapping[bytes, Data], samples: Data, lists: dict[bytes, Records]) -> bytes:
    """A SoundFont of its parts."""
    presets = {name: lists[name].tobytes() for name in LISTS}
    body = [b"sfbk", *_list(b"INFO", info), *_list(b"sdta", {b"smpl": samples}), *_list(b"pdta", presets)]
    return b"".join([b"RIFF", sum(memoryview(one).nbytes for one in body).to_bytes(4, "little"), *body])


def only(font: Data, wanted: Collection[tuple[int, int]]) -> bytes:
    """The SoundFont with only what plays the wanted (bank, programme) pairs, or what stands in for them.

    The player reads a font anew for every piece; a piece that needs 20 MB should not make it read 500. What modulators
    do to the filter is written into the zones, because the player knows no modulators.
    """
    found = parts(font)
    lists = records(found[b"pdta"])
    try:
        presets = sorted({at for bank, program in wanted for at in _chosen(lists[b"phdr"], bank, program)})
        _keep(lists, b"phdr", b"pbag", b"pgen", b"pmod", presets)
        _bake(lists, b"phdr", b"pbag", b"pgen", b"pmod", INSTRUMENT)
        instruments = _renumbered(lists, b"pgen", INSTRUMENT)
        _keep(lists, b"inst", b"ibag", b"igen", b"imod", instruments)
        _bake(lists, b"inst", b"ibag", b"igen", b"imod", SAMPLE_ID)
        samples = _keep_samples(lists, np.frombuffer(found[b"sdta"][b"smpl"], "<i2"))
    except (IndexError, ValueError):
        raise UnreadableFileError("its lists do not fit together") from None
    return assembled(dict(found[b"INFO"]), samples, lists)


def _chosen(presets: Records, bank: int, program: int) -> list[int]:
    """Which presets may play a programme: its own, else bank 0's or the first drum kit, else the font's first."""
    bank_of, program_of = presets["bank"][:-1].astype(int), presets["program"][:-1].astype(int)
    general = (DRUM_BANK, 0) if bank >= DRUM_BANK else (0, program)
    for wanted in ((bank, program), general):
        same = np.flatnonzero((bank_of == wanted[0]) & (program_of == wanted[1]))
        if len(same):
            return [int(at) for at in same]
    return [int(np.argmin(bank_of * 65_536 + program_of))]


def _keep(
    lists: dict[bytes, Records], headers: bytes, bags: bytes, generators: bytes, modulators: bytes, kept: Sequence[int]
) -> None:
    """Only the `kept` records of a list of presets or instruments, with their zones, generators and modulators."""
    zones, lists[headers] = _shifted(lists[headers], "bag", kept)
    all_bags = lists[bags]
    used, lists[bags] = _shifted(all_bags, "generator", zones)
    lists[generators] = lists[generators][[*used, -1]]
    used, by_modulator = _shifted(all_bags, "modulator", zones)
    lists[bags]["modulator"] = by_modulator["modulator"]
    lists[modulators] = lists[modulators][[*used, -1]]


def _shifted(records: Records, field: str, kept: Sequence[int]) -> tuple[list[int], Records]:
    """What the kept records point to by `field`, and those records with that part of their target list alone."""
    first = records[field].astype(int)
    spans = [range(first[at], first[at + 1]) for at in kept]
    short = records[[*kept, -1]].copy()
    short[field] = np.cumsum([0, *map(len, spans)])
    return [at for span in spans for at in span], short


def _bake(
    lists: dict[bytes, Records], headers: bytes, bags: bytes, generators: bytes, modulators: bytes, ends: int
) -> None:
    """The lists with what modulators do to the filter in their zones, and without modulators."""
    owned = baked(lists[headers], lists[bags], lists[generators], lists[modulators], ends)
    zones = [zone for own in owned for zone in own]
    shifted = lists[headers].copy()
    shifted["bag"] = np.cumsum([0, *map(len, owned)])
    new_bags = np.zeros(len(zones) + 1, BAG)
    new_bags["generator"] = np.cumsum([0, *map(len, zones)])
    amounts = [(kind, amount) for zone in zones for kind, amount in zone.items()]
    lists[headers], lists[bags] = shifted, new_bags
    lists[generators] = np.array([*amounts, (0, 0)], GENERATOR)
    lists[modulators] = lists[modulators][-1:]


def _renumbered(lists: dict[bytes, Records], generators: bytes, kind: int) -> list[int]:
    """What generators of a kind name, in order; they are changed to name its place among these."""
    changed = lists[generators].copy()
    naming = changed["kind"] == kind
    naming[-1] = False
    named, place = np.unique(changed["amount"][naming], return_inverse=True)
    changed["amount"][naming] = place
    lists[generators] = changed
    return [int(one) for one in named]


def _keep_samples(lists: dict[bytes, Records], sound: npt.NDArray[np.int16]) -> memoryview:
    """Only the samples that instruments name; their sound."""
    kept = _renumbered(lists, b"igen", SAMPLE_ID)
    headers = lists[b"shdr"][[*kept, -1]].copy()
    pieces: list[npt.NDArray[np.int16]] = []
    position = 0
    for header in headers[:-1]:
        start, end = int(header["start"]), int(header["end"])
        piece = sound[start : end + GUARD]
        for point in ("start", "end", "loop_start", "loop_end"):
            header[point] = position + min(max(int(header[point]) - start, 0), len(piece))
        pieces.append(piece)
        position += len(piece)
    headers["link"] = 0
    lists[b"shdr"] = headers
    return np.concatenate([*pieces, np.zeros(GUARD, "<i2")]).data.cast("B")


def _chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The chunks in a body: name and data. Raises UnreadableFileError where one runs over the end."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise UnreadableFileError("one of its parts runs over its end")
        yield bytes(data[at : at + 4]), data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _list(kind: bytes, chunks: Mapping[bytes, Data]) -> list[Data]:
    """A list of chunks in pieces, each chunk on an even number of bytes."""
    body: list[Data] = [kind]
    for name, data in chunks.items():
        size = memoryview(data).nbytes
        body += [name, size.to_bytes(4, "little"), data, b"\0" * (size % 2)]
    return [b"LIST", sum(memoryview(one).nbytes for one in body).to_bytes(4, "little"), *body]
