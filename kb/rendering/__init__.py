"""Text to safe HTML: prose, commands, the reader's own lines. Knows neither requests nor the database."""
