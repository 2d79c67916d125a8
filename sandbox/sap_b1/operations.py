"""Functions and actions bound to an entity: Close, Cancel, Reopen, List …"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

from sandbox.sap_b1 import messages
from sandbox.sap_b1.answers import context_name, json_answer, no_content
from sandbox.sap_b1.entities import Entities, read_object
from sandbox.sap_b1.exchange import Answer, Call
from sandbox.sap_b1.keys import Key, written_key
from sandbox.sap_b1.options import DEFAULT_PAGE_SIZE, page_of, whole_number
from sandbox.sap_b1.schema import EntitySet
from sandbox.sap_b1.sql.run import checked, parse_parameters, run
from sandbox.sap_b1.values import Body


class Operations:
    """Answers calls of functions and actions."""

    def __init__(self, entities: Entities) -> None:
        self.entities, self.records = entities, entities.records
        self.business = entities.business

    # -- bound -----------------------------------------------------------------------------

    def bound(self, call: Call, entity_set: EntitySet, key: Key, action: str) -> Answer:
        """An action or function bound to an entity.

        The guide's batches call `$1/cancel` in small letters, so case does not matter here; OData
        v4 lets a client write the namespace before the name.
        """
        action = action.removeprefix("SAPB1.")
        by_name = {name.lower(): name for name in entity_set.actions}
        if action.lower() not in by_name:
            raise messages.set_unknown(f"{entity_set.name}({key[0]})/{action}")
        action = by_name[action.lower()]
        if action == "List":
            return self._list(call, str(key[0]))
        before = self.entities.matched(call, entity_set, key)
        result = self.business.act(entity_set, before, action)
        if result is None:
            return no_content(call)
        return self.entities.entity_answer(call, entity_set, result, 200)

    def _list(self, call: Call, code: str) -> Answer:
        """`SQLQueries('code')/List`: paging is always on. [M 4.9]"""
        query = self.records.get("SQLQueries", (code,))
        if query is None:
            raise messages.no_match()
        options = call.options()
        given = self._parameters(call, options)
        page, skip = page_of(call), whole_number(options, "$skip") or 0
        size = page.size or DEFAULT_PAGE_SIZE
        statement = checked(str(query["SqlText"]))
        found = run(self.records, statement, parse_parameters(given), skip, size)
        body: Body = {
            context_name(call): f"{call.root}$metadata#SAPB1.SQLQueryResult",
            "SqlText": query["SqlText"],
            "value": found.rows,
        }
        if found.has_more:
            # `List?&$skip=5` without parameters: the ampersand is the real one's. [M 4]
            quoted = written_key((code,), self.records.schema.sets["SQLQueries"].structure)
            kept = "&".join(
                f"{name}={quote(value, safe='')}" for name, value in parse_qsl(given) if name
            )
            at = "@" if call.dialect == "v2" else ""
            body[f"{at}odata.nextLink"] = f"SQLQueries({quoted})/List?{kept}&$skip={skip + size}"
        extra = (
            (("Preference-Applied", f"odata.maxpagesize={page.size}"),) if page.is_preferred else ()
        )
        return json_answer(call, body, extra)

    def _parameters(self, call: Call, options: Mapping[str, str]) -> str:
        """The parameters as `a=1&b='x'`: from the body's ParamList (POST) or the address."""
        if call.method == "POST" and call.body.strip():
            return str(read_object(call).get("ParamList") or "")
        if "ParamList" in options:  # how one client repeats a POST's parameters on later pages
            return options["ParamList"]
        return "&".join(
            f"{name}={value}" for name, value in options.items() if not name.startswith("$")
        )
