"""Background work and schedule: a thin layer over django-tasks that knows no capability."""
