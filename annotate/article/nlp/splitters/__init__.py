"""The sentence splitters: a file each, with a function `load` that returns it."""
