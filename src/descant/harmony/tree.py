"""A tree over chords, and its drawings: as lines of text, and as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

COLUMN, ROW = 58, 44  # pixels from chord to chord, and from a node to its parent
MARGIN = 24
FONT = 14  # pixels


@dataclass(frozen=True)
class Tree:
    """A node over the chords from `start` up to `end`; one without children is a chord itself."""

    name: str
    start: int
    end: int
    children: tuple[Tree, ...] = ()

    @property
    def height(self) -> int:
        """The nodes on the longest way down, 0 for a chord."""
        return 1 + max(child.height for child in self.children) if self.children else 0

    def leaves(self) -> Iterator[Tree]:
        """The chords, from left to right."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def with_leaves(tree: Tree, names: Sequence[str]) -> Tree:
    """The tree with other names for its chords, by their places."""
    if not tree.children:
        return replace(tree, name=names[tree.start])
    return replace(tree, children=tuple(with_leaves(child, names) for child in tree.children))


def as_text(tree: Tree) -> str:
    """A node a line, its children under it; nodes with one child stand before it on one line."""
    return "\n".join(_lines(tree, "", "")) + "\n"


def _lines(tree: Tree, before: str, below: str) -> Iterator[str]:
    names = [tree.name]
    while len(tree.children) == 1:
        tree = tree.children[0]
        names.append(tree.name)
    yield before + " - ".join(names)
    for at, child in enumerate(tree.children):
        last = at == len(tree.children) - 1
        yield from _lines(child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "))


def as_svg(tree: Tree) -> str:
    """A drawing with the chords in one row at the bottom, each node above the middle of what it spans."""
    lines: list[str] = []
    texts: list[str] = []
    _draw(tree, tree, lines, texts)
    width, height = (tree.end - tree.start) * COLUMN, tree.height * ROW + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            f' font-family="sans-serif" font-size="{FONT}" text-anchor="middle">',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *lines,
            *texts,
            "</svg>\n",
        ]
    )


def _draw(tree: Tree, root: Tree, lines: list[str], texts: list[str]) -> tuple[float, float]:
    """Add a node and what is under it; where its name stands."""
    y = MARGIN + (root.height - tree.height) * ROW
    places = [_draw(child, root, lines, texts) for child in tree.children]
    x = sum(place for place, _ in places) / len(places) if places else (tree.start - root.start + 0.5) * COLUMN
    for at_x, at_y in places:
        lines.append(f'<line x1="{x:.1f}" y1="{y + 6:.1f}" x2="{at_x:.1f}" y2="{at_y - FONT:.1f}" stroke="#888"/>')
    weight = "" if tree.children else ' font-weight="bold"'
    texts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="#111"{weight}>{escape(tree.name)}</text>')
    return x, y
