"""Claims in the order in which they go out to annotators, printed."""
