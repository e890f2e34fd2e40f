"""`python -m tests.codes_page` writes docs/codes.md from the program's own codes and catalogues."""

from __future__ import annotations

from pathlib import Path

import polib

from tests.catalogues import LOCALES
from zeroerror.audit.rules import RULES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"

HEAD = r"""# Codes

The ledger and `--json` carry codes and parameters; sentences are made when they are shown. Codes are fixed: a new meaning gets a new code. A test holds this page against the program; `python -m tests.codes_page` writes it anew.

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | error |
| 2 | usage; also an unknown or ambiguous id, or a command id that stands for something else |
| 3 | cancelled |
| 4 | not authorised: key, passphrase, entitlement, not your step (on record) |
| 5 | refused by rule: guards, fields, windows; four eyes and recusal are on record |
| 6 | conflict or busy: look, and try again |
| 7 | problems or findings exist: `check`, `doctor`, `audit` |
| 8 | the ledger does not verify |
| 130 | interrupted |

## Fields with fixed values

| field | values |
|---|---|
| `light` 亮灯 | `normal` 正常 · `soon` 临期 · `today` 今日到期 · `overdue` 逾期 |
| `clock` 计时 | `running` · `stopped` · `ended` |
| `status` of a task | `open` · `closed` · `cancelled` |
| `owner` of a step | `person` · `desk` 呈批 · `outside` 外单位 |
| `outcome` of an action | `done` · `returned` · `failed` · `cancelled` |
| `degree` | `direct` 直接 · `review` 审核 · `lead` 领导 |
| `capacity` | `{kind: own \| cover \| paper \| imported \| machine, for: POST}` |
| `severity` | `reminder` — · `minor` 一般 · `major` 较大 · `grave` 严重 · `critical` 重大 |
| `state` of a finding | `open` · `cured` 已纠正 · `withdrawn` 已撤回 · `voided` 已作废 · `closed` 已记录；beside it `disputed: true \| false` |
| `undetermined` | `null`, or the list of what is missing |

Instants in JSON are RFC 3339 with the zone's offset, to the second; in leaves they are UTC with microseconds.
"""


def page() -> str:
    """The whole page."""
    zh, en = _catalogue("zh_CN", "rule"), _catalogue("en", "rule")
    rules = [
        f"| `{name}` | {rule.version} | {rule.severity} | {zh[f'rule.{name}.title']} | {en[f'rule.{name}.title']} |"
        for name, rule in RULES.items()
    ]
    parts = [
        HEAD,
        "## Rules\n\n| rule | version | severity | 中文 | English |\n|---|---|---|---|---|\n"
        + "\n".join(rules),
        _table("Attribution: why somebody answers, or what is missing", "attribution", "attribution."),
        _table("What would have avoided a finding", "avoidance", "avoidance."),
        _table("How a finding ended", "audit", "audit.cured_", "audit.withdrawn_"),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(title: str, domain: str, *beginnings: str) -> str:
    zh, en = _catalogue("zh_CN", domain), _catalogue("en", domain)
    codes = sorted(code for code in en if code.startswith(beginnings))
    rows = "\n".join(f"| `{code}` | {zh[code]} | {en[code]} |" for code in codes)
    return f"## {title}\n\n| code | 中文 | English |\n|---|---|---|\n{rows}"


def _catalogue(locale: str, domain: str) -> dict[str, str]:
    file = polib.pofile(str(LOCALES / locale / "LC_MESSAGES" / f"{domain}.po"))
    return {entry.msgid: entry.msgstr for entry in file if entry.msgid}


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
