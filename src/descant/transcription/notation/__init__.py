"""From performed notes to a page: grid, durations, spelling, hands, voices, and what a copyist adds."""
