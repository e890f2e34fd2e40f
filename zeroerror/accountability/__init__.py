"""What a finding calls for: who is asked to explain, and when the asking ends. Pure; people decide the rest."""
