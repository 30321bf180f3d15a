"""From weights to the folder that the engine runs."""
