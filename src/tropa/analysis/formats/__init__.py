"""Reading foreign files: one module per format, and the steps they share (columns, moments, numbers, rejects)."""
