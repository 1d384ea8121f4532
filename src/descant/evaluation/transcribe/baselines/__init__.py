"""What a page is held against: copyists that know nothing of music's time but one constant tempo."""
