"""The suggesters: a file each, with a function `load` that returns it."""
