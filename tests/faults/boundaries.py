"""The places at which a round is killed: before and after every stage and every step of a few."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Boundary:
    """A function of the product and the call before or after which the process dies."""

    name: str
    target: str
    when: str = "before"
    nth: int = 1

    def order(self) -> dict[str, object]:
        """As `killed_run.py` takes it."""
        return {"target": self.target, "when": self.when, "nth": self.nth}


_EXTRACT = "dagster_project.defs.sources:extract_object"
_BUILD = "dagster_project.warehouse.transform:Transform.build"
_PLACE = "dagster_project.defs.placement:place_demand"
_WHOLE = "dagster_project.warehouse.publish:_write_whole"
_LEDGER = "dagster_project.write_back.ledger:Ledger"
_UPDATE = "extract.salesforce.send:SalesforceTarget.update"

LANDING_BEFORE = Boundary("before an object is landed", "extract.extracting:land", nth=9)
LANDING_OPEN = Boundary("landed, not committed", "extract.landing.land:_close", "before", nth=9)
LANDING_AFTER = Boundary("after an object is landed", _EXTRACT, "after", 9)
EXTRACTED = Boundary("after the last object", _BUILD)
HALF_ONE = Boundary("after the first half of the models", _BUILD, "after")
PLACE_BEFORE = Boundary("before the placement", _PLACE)
PLACE_AFTER = Boundary("after the placement", _PLACE, "after")
HALF_TWO_BEFORE = Boundary("before the second half of the models", _BUILD, "before", 2)
HALF_TWO_AFTER = Boundary("after the second half of the models", _BUILD, "after", 2)
COPYING = Boundary("published file half written",
                   "dagster_project.warehouse.publish:table_content", "after", 2)  # fmt: skip
COPIED = Boundary("published file written, not renamed",
                  "dagster_project.warehouse.publish:hash_of_file", "after")  # fmt: skip
RENAMED = Boundary("published file renamed, no manifest", _WHOLE, "before", 1)
MANIFEST_ASIDE = Boundary("manifest written aside, not renamed", "os:fsync", "after", 2)
MANIFEST = Boundary("manifest written, CURRENT not", _WHOLE, "before", 2)
PUBLISHED = Boundary("CURRENT written", _WHOLE, "after", 2)
INTEND_BEFORE = Boundary("before the intents", f"{_LEDGER}.intend")
INTEND_AFTER = Boundary("intents recorded, nothing sent", f"{_LEDGER}.intend", "after")
SENT_ONE = Boundary("sent, outcome not recorded", _UPDATE, "after")
SENT_TWO = Boundary("second object sent, outcome not recorded", _UPDATE, "after", 2)
OUTCOME = Boundary("outcome recorded", f"{_LEDGER}.close", "after", 2)
AGAIN_RENAMED = Boundary("second version renamed, no manifest", _WHOLE, "before", 3)
AGAIN_MANIFEST = Boundary("second manifest written, CURRENT not", _WHOLE, "before", 4)
EVERYTHING = Boundary("after everything", "dagster_project.defs.round:run_round", "after")

ALL = (
    LANDING_BEFORE, LANDING_OPEN, LANDING_AFTER, EXTRACTED, HALF_ONE, PLACE_BEFORE, PLACE_AFTER,
    HALF_TWO_BEFORE, HALF_TWO_AFTER, COPYING, COPIED, RENAMED, MANIFEST_ASIDE, MANIFEST,
    PUBLISHED, INTEND_BEFORE, INTEND_AFTER, SENT_ONE, SENT_TWO, OUTCOME, AGAIN_RENAMED,
    AGAIN_MANIFEST, EVERYTHING,
)  # fmt: skip
