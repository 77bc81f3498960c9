"""Checks of everything that a desk depends on."""
