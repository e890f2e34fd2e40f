"""Event logs from elsewhere: read strictly, and nothing of them dropped."""
