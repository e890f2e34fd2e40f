"""What the ledger's format promises: bytes, hashes, signatures, and a checker that shares no code with it."""
