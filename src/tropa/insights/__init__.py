"""Figures of journeys as frozen questions, the dashboard, the rows behind every number, exports."""
