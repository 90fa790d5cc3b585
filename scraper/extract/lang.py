"""Language of an article, as BCP 47 primary subtag: by its letters before what the page declares."""

from __future__ import annotations

import re
from itertools import islice

from scraper.extract.document import Document

_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)
_SAMPLE = 600


def find(document: Document, body: str | None) -> str | None:
    """`vi` where the text has its letters; else what the html element says (templates often say en-US)."""
    sample = (body or "")[:_SAMPLE]
    few = len(sample) // 25
    if sample and sum(1 for _ in islice(_VIETNAMESE.finditer(sample), few + 1)) > few:
        return "vi"
    declared = (
        document.root.get("lang") or document.root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    ).lower()
    code = re.split("[-_]", declared)[0]
    if sample and code == "vi":
        return "en" if len(sample) > 200 and sample.isascii() else code
    return code if len(code) in (2, 3) and code.isalpha() else None
