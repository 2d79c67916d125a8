"""What can go wrong at a source or a target, sorted by what to do about it.

ExtractError
├── TryAgain     the same request may succeed later: unreachable, slow, cut, 5xx, lock, busy file
│   └── AnswerLost   a write went out and no answer came: ask the target before sending again
├── SignInAgain  the session or token has ended: sign in once, then the same request
├── SetAside     one record is unusable: quarantine it, go on with the rest
├── Refuse       the system will not do this (permission, object, field, rule): skip that object
└── Stop         nothing more may be asked of that system in this run
    ├── QuotaSpent   the day's calls are used up: stop asking, the rest waits
    └── Misconfigured  a setting is wrong or missing: a person must change it

Retry, quarantine and brake read the class, never the message.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Facts:
    """Where it happened, in the source's own words, and what a person can do about it."""

    system: str = ""
    object: str = ""
    record: str = ""
    field: str = ""
    code: str = ""
    what_to_do: str = ""


class ExtractError(Exception):
    """One sentence for a person, with the facts beside it."""

    def __init__(
        self,
        sentence: str,
        *,
        system: str = "",
        object: str = "",
        record: str = "",
        field: str = "",
        code: str = "",
        what_to_do: str = "",
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = Facts(system, object, record, field, code, what_to_do)
        self.retry_after = retry_after
        self.status = status

    def __str__(self) -> str:
        place = ".".join(part for part in (self.facts.object, self.facts.field) if part)
        head = " ".join(part for part in (self.facts.system, place, self.facts.record) if part)
        text = f"{head}: {self.sentence}" if head else self.sentence
        return f"{text} {self.facts.what_to_do}".rstrip()

    def about(self, *, system: str = "", object: str = "") -> ExtractError:
        """The same error, naming system and object where they were not known below.

        A copy: a source that has stopped raises one error for each object that it is asked for.
        """
        named = copy.copy(self)
        facts = self.facts
        named.facts = Facts(
            facts.system or system,
            facts.object or object,
            facts.record,
            facts.field,
            facts.code,
            facts.what_to_do,
        )
        return named

    def of_the_system(self) -> ExtractError:
        """The same error without the object that met it first: it holds for every other as well."""
        named = copy.copy(self)
        named.facts = replace(self.facts, object="")
        return named


class TryAgain(ExtractError):
    """The same request may succeed later."""


class AnswerLost(TryAgain):
    """A write was sent and its answer never arrived: ask before sending again."""


class SignInAgain(ExtractError):
    """The session has ended; sign in once and repeat the request."""


class SetAside(ExtractError):
    """One record is unusable; the others go on."""


class Refuse(ExtractError):
    """The system will not do this; skip the object and say so."""


class Stop(ExtractError):
    """Nothing more may be asked of this system in this run."""


class QuotaSpent(Stop):
    """The calls of the day are used up."""


class Misconfigured(Stop):
    """A setting is wrong or missing."""
