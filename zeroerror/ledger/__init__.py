"""The ledger's format and its proofs: leaves, their tree, signatures, keys and checkpoints. No database here.

What was decided, and why:

- A leaf is bytes. They are made once, by `leaf.encode`, stored as they are, hashed as they are, and never
  written again from columns. `docs/leaf.md` is the format's page: it alone is enough to check an export, and
  `standalone/verify.py` does so, importing nothing of this package and nothing but the standard library.
- Canonical JSON is `json.dumps` with sorted ASCII keys over strings in NFC, integers below 2**53, booleans,
  null, lists and objects. On these values it gives the bytes of RFC 8785; whatever that does not cover
  (floats, other keys) is refused and not converted, so that no two readers can disagree about a leaf.
- All hashes and signatures are lower-case hex; the hash before the first leaf is the empty text.
- Two hashes of each leaf are one: the tree's leaf hash (RFC 6962, with its 0x00 before the bytes) is also
  what the next leaf and the stream's next leaf name as the one before.
- The head row keeps the tree's frontier, the roots of its full subtrees, so that appending costs a few hashes
  and the root is always at hand.
- What is signed is the command, not the leaf: where it lands, when, and what becomes of it is the ledger's
  to say, so that other writers do not void a signature under way.
- Private keys lie on disk under scrypt and ChaCha20-Poly1305 and not as PKCS#8: the usual PEM writer's
  key derivation is cheap to guess at, and its reader costs a command several times its import.
- While somebody is logged in, his key lies open in a session file that only he can read: the disk protects
  it then. A file that others may read is refused.
- `cryptography` is imported when the first signature is made or checked, and only its Ed25519 part.
"""
