"""A card is written and read back whole."""

from descant.weights.card import Card, card_text, read_card


def test_round_trip(tmp_path):
    card = Card(
        system='A "quoted" näme',
        source="LogMel (n, 229)",
        target="onsets (n, 88)",
        paper="Somebody 2018",
        parameters=1234,
        size="small",
        recipe="descant train x",
        seed=0,
        steps=5000,
        data=("POP909 (MIT), synthesised", "JSB"),
        licence="Apache-2.0",
        sha256="00ff",
        context=200,
        chunk=1500,
        parity=2.5e-7,
        chunk_parity=0.0,
        validation={"score": 0.9125, "F-measure": 1.0},
        figures=({"task": "note", "value": 0.9, "n": 91, "baseline": 0.8, "rendered": "TimGM6mb.sf2"},),
    )
    path = tmp_path / "x.toml"
    path.write_text(card_text(card), encoding="utf-8")
    assert read_card(path) == card
