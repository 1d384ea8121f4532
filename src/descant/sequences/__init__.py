"""Models of sequences of symbols, whatever these stand for: chords of a piece, tokens of a chorale."""
