"""零差错 `zeroerror`: declared processes, a signed ledger of every act, and audits that say why and whose."""

__version__ = "0.1.0"
