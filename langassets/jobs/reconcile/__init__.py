"""Manifest and storage, brought together again."""
