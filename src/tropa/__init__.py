"""Tropa: the B2B customer journey, mapped, measured and improved."""

__version__ = "0.1.0"
