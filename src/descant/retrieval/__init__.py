"""A query → ranked items of a library: by words, by a hum, by a clip, by likeness, and by any mix of them."""
