"""What trains the models that are shipped; no part of the package."""
