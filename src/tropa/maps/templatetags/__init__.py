"""Template tags of maps."""
