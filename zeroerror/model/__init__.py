"""The nouns: frozen values, and `evolve`, the only way in which state arises. Standard library only."""
