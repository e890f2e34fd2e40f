"""Playing the oracle's histories to the product, and comparing what its audits find with what they must find."""
