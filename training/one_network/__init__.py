"""Trains the one network that reads, writes and denoises."""
