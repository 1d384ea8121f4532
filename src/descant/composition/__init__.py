"""Score or text → score: music continued, harmonised, filled in, accompanied and varied."""
