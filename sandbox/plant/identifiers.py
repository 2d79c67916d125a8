"""Record ids as the CRM makes them: a three-letter prefix, a counter and a checksum of the case."""

from __future__ import annotations

from collections import defaultdict

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

PREFIX = {
    "User": "005",
    "Account": "001",
    "Contact": "003",
    "Opportunity": "006",
    "OpportunityLineItem": "00k",
    "OpportunityHistory": "008",
    "Product2": "01t",
    "Pricebook2": "01s",
    "PricebookEntry": "01u",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Lead": "00Q",
    "OpportunityContactRole": "00K",
    "OpportunityFieldHistory": "017",
    "Order": "801",
    "OrderItem": "802",
    "Case": "500",
    "CaseComment": "00a",
    "Task": "00T",
    "Event": "00U",
}


def with_checksum(short: str) -> str:
    """The 18-character form of a 15-character id: three letters that tell capitals from small."""
    tail = ""
    for start in (0, 5, 10):
        bits = sum(1 << n for n, c in enumerate(short[start : start + 5]) if "A" <= c <= "Z")
        tail += _CHECK[bits]
    return short + tail


class Identifiers:
    """Hands out ids, one counter per object."""

    def __init__(self) -> None:
        self._last: dict[str, int] = defaultdict(int)

    def next(self, name: str) -> str:
        """The next id of an object."""
        self._last[name] += 1
        rest, text = self._last[name] * 37, ""
        while rest:
            rest, digit = divmod(rest, len(_DIGITS))
            text = _DIGITS[digit] + text
        return with_checksum(f"{PREFIX[name]}Pr{text:0>10}")
