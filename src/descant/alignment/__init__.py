"""(Audio or Notes, Score) → positions: score following, page turns, accompaniment, practice scoring."""
