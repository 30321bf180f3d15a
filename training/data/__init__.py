"""Pinned packages -> filtered text, split by package."""
