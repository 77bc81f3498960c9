"""Deciding claim by claim: what is decided, kept until Label Studio has it, and written there."""
