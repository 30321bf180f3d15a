"""How good weights are, through the real engine."""
