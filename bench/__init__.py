"""The benchmark: our engine beside its peers in one run (`make bench`, bench/README.md)."""
