"""The user's collection: what is stored of every file, and the indexes that searches look into."""
