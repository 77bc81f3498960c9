"""Labels that somebody gave in another tool."""
