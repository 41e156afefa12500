"""Maps of journeys: personas, lanes, cards, the curve of emotions, every edit as a change in a log."""
