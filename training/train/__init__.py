"""From text to weights."""
