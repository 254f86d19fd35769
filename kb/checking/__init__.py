"""Asks whether an address that a page cites still stands, politely and within bounds; knows no database."""
