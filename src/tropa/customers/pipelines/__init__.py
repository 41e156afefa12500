"""Settings of pipelines: their stages, and the entry facts of strict ones."""
