"""What the desk remembers: kept by a pull, added from feeds, and found again."""
