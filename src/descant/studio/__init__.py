"""The studio: one local page where people hear and see their music, and the same functions as an HTTP API."""
