"""Batch tagging: archives in, tagged rows out."""
