"""How well a library is searched, each way of asking beside a plain way to do it."""
