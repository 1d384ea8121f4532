"""Trees as text and as SVG."""

from xml.etree import ElementTree

from descant.harmony.tree import Tree, as_svg, as_text

CADENCE = Tree(
    "T",
    0,
    2,
    (
        Tree("D", 0, 1, (Tree("[V]", 0, 1, (Tree("V7", 0, 1),)),)),
        Tree("T & t", 1, 2, (Tree("I", 1, 2),)),
    ),
)


def test_text_has_a_line_a_branch():
    assert as_text(CADENCE) == "T\n├─ D - [V] - V7\n└─ T & t - I\n"


def test_the_chords_stand_in_one_row_in_order():
    drawing = ElementTree.fromstring(as_svg(CADENCE))
    texts = {one.text: one.attrib for one in drawing if one.tag.endswith("text")}
    assert set(texts) == {"T", "D", "[V]", "V7", "T & t", "I"}
    assert texts["V7"]["y"] == texts["I"]["y"]
    assert float(texts["V7"]["x"]) < float(texts["T"]["x"]) < float(texts["I"]["x"])
    assert float(texts["T"]["y"]) < float(texts["D"]["y"]) < float(texts["[V]"]["y"]) < float(texts["V7"]["y"])
    assert sum(one.tag.endswith("line") for one in drawing) == 5
    width, height = float(drawing.attrib["width"]), float(drawing.attrib["height"])
    assert all(0 < float(at["x"]) < width and 0 < float(at["y"]) < height for at in texts.values())


def test_a_part_of_a_tree_is_drawn_from_its_own_left_edge():
    drawing = ElementTree.fromstring(as_svg(CADENCE.children[1]))
    assert {float(one.attrib["x"]) for one in drawing if one.tag.endswith("text")} == {29.0}


def test_leaves_and_height():
    assert [leaf.name for leaf in CADENCE.leaves()] == ["V7", "I"]
    assert CADENCE.height == 3
