"""Migrations, run by `store.upgrade` only. A migration that has been released is never edited."""
