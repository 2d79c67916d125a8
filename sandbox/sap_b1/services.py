"""Functions and actions that stand alone: rates, company, lists, drafts, alternative items."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from sandbox.sap_b1 import messages
from sandbox.sap_b1.answers import context_name, json_answer, no_content, text_answer
from sandbox.sap_b1.entities import Entities, read_object
from sandbox.sap_b1.exchange import Answer, Call
from sandbox.sap_b1.queries import Queries
from sandbox.sap_b1.values import Body


class Services:
    """Answers calls of the services' operations."""

    def __init__(self, entities: Entities, queries: Queries) -> None:
        self.entities, self.records = entities, entities.records
        self.business = entities.business
        self._handlers: Mapping[str, Callable[[Call], Answer]] = {
            "CompanyService_GetCompanyInfo": self._company_info,
            "CompanyService_GetAdminInfo": self._admin_info,
            "SBOBobService_GetLocalCurrency": self._local_currency,
            "SBOBobService_GetSystemCurrency": self._local_currency,
            "SBOBobService_GetCurrencyRate": self._currency_rate,
            "SBOBobService_SetCurrencyRate": self._set_currency_rate,
            "QueryService_PostQuery": queries.post_query,
            "DraftsService_SaveDraftToDocument": self._release_draft,
            "AlternativeItemsService_AddItem": self._add_alternatives,
            "AlternativeItemsService_GetItem": self._get_alternatives,
            "AlternativeItemsService_UpdateItem": self._update_alternatives,
            "AlternativeItemsService_DeleteItem": self._delete_alternatives,
            **dict.fromkeys(self.records.schema.lists, self._list),
        }

    def find(self, name: str) -> Callable[[Call], Answer] | None:
        """The function or action of that name; GET and POST both call it.

        In v2 the reading ones are functions; clients of live servers call them by POST as well.
        """
        return self._handlers.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all operations that are imitated."""
        return tuple(self._handlers)

    def _arguments(self, call: Call) -> dict[str, Any]:
        """Arguments from the body, the query or the parentheses of a v2 function call."""
        if call.body.strip():
            return read_object(call)
        text = call.path.partition("(")[2].removesuffix(")")
        inline = dict(parse_qsl(text.replace(",", "&"))) if text else {}
        options = {k: v for k, v in call.options().items() if not k.startswith("$")}
        return {name: str(value).strip("'") for name, value in {**inline, **options}.items()}

    def _company_info(self, call: Call) -> Answer:
        structure = self.records.schema.structures["CompanyInfo"]
        body: Body = {
            "Version": 1_000_280,
            "CompanyName": self.records.company.name,
            "EnableExpensesManagement": "tYES",
            "LanguageCode": 23,
            "Localization": self.records.company.country,
        }
        known = {name: value for name, value in body.items() if name in structure.properties}
        whole = dict.fromkeys(structure.properties) | known
        context = {context_name(call): f"{call.root}$metadata#SAPB1.CompanyInfo"}
        return json_answer(call, context | whole)

    def _admin_info(self, call: Call) -> Answer:
        structure = self.records.schema.structures["AdminInfo"]
        company = self.records.company
        body: Body = {
            "CompanyName": company.name,
            "Country": company.country,
            "LocalCurrency": company.currency,
            "SystemCurrency": company.currency,
        }
        known = {name: value for name, value in body.items() if name in structure.properties}
        whole = dict.fromkeys(structure.properties) | known
        context = {context_name(call): f"{call.root}$metadata#SAPB1.AdminInfo"}
        return json_answer(call, context | whole)

    def _local_currency(self, call: Call) -> Answer:
        return text_answer(call, json.dumps(self.records.company.currency))

    def _currency_rate(self, call: Call) -> Answer:
        """Local currency for one unit; no row for the day is an error. Its text is a guess."""
        given = self._arguments(call)
        day = _iso_day(str(given.get("Date") or ""))
        row = self.records.row("CurrencyRates", (str(given.get("Currency") or ""), day))
        if row is None:
            raise messages.rate_missing(str(given.get("Currency") or ""))
        return text_answer(call, json.dumps(float(row["Rate"])))

    def _set_currency_rate(self, call: Call) -> Answer:
        given = read_object(call)
        day = _iso_day(str(given.get("RateDate") or ""))
        rate = _number(given, "Rate")
        row = {"Currency": str(given.get("Currency") or ""), "Date": day, "Rate": rate}
        self.records.put_row("CurrencyRates", row)
        return no_content(call)

    def _release_draft(self, call: Call) -> Answer:
        given = read_object(call).get("Document")
        if not isinstance(given, dict):
            raise messages.value_invalid("Document", given)
        self.business.release_draft(int(_number(given, "DocEntry")))
        return no_content(call)

    # -- lists -----------------------------------------------------------------------------

    def _list(self, call: Call) -> Answer:
        """`RouteStagesService_GetList` and its like: every entity, in the short form declared."""
        set_name, short = self.records.schema.lists[call.path.partition("(")[0]]
        shown = self.records.schema.structures[short].properties
        rows = [
            {name: body.get(name) for name in shown} for body in self.records.equal(set_name, {})
        ]
        context = {context_name(call): f"{call.root}$metadata#Collection(SAPB1.{short})"}
        return json_answer(call, {**context, "value": rows})

    # -- alternative items -----------------------------------------------------------------

    def _add_alternatives(self, call: Call) -> Answer:
        body = self._original(call)
        code = str(body["ItemCode"])
        if self.records.row("AlternativeItems", (code,)) is not None:
            raise messages.already_exists(f"OALI {code}")
        self.records.put_row("AlternativeItems", body)
        params = {"ItemCode": code, "ItemName": body["ItemName"]}
        context = {context_name(call): f"{call.root}$metadata#SAPB1.OriginalItemParams"}
        return json_answer(call, context | params)

    def _update_alternatives(self, call: Call) -> Answer:
        body = self._original(call)
        self._known_alternatives(str(body["ItemCode"]))
        self.records.put_row("AlternativeItems", body)
        return no_content(call)

    def _get_alternatives(self, call: Call) -> Answer:
        body = self._known_alternatives(self._original_code(call))
        context = {context_name(call): f"{call.root}$metadata#SAPB1.OriginalItem"}
        rows = [
            {name: row.get(name) for name in ("AlternativeItemCode", "MatchFactor", "Remarks")}
            for row in body.get("AlternativeItems") or []
        ]
        shown = {"ItemCode": body["ItemCode"], "ItemName": body.get("ItemName")}
        return json_answer(call, {**context, **shown, "AlternativeItems": rows})

    def _delete_alternatives(self, call: Call) -> Answer:
        code = self._original_code(call)
        self._known_alternatives(code)
        self.records.delete_row("AlternativeItems", (code,))
        return no_content(call)

    def _original(self, call: Call) -> Body:
        """The `OriginalItem` of a call, its item and its alternatives known to the company."""
        given = read_object(call).get("OriginalItem")
        structure = self.records.schema.structures["OriginalItem"]
        if not isinstance(given, dict):
            raise messages.value_invalid("OriginalItem", given)
        body = self.records.fields.stored(structure, given)
        item = self.records.get("Items", (str(body.get("ItemCode") or ""),))
        if item is None:
            raise messages.reference_invalid("OALI.OrigItem")
        for row in body.get("AlternativeItems") or []:
            if self.records.get("Items", (str(row.get("AlternativeItemCode") or ""),)) is None:
                raise messages.reference_invalid("OALI.AltItem")
        return {**body, "ItemName": item.get("ItemName")}

    def _original_code(self, call: Call) -> str:
        given = self._arguments(call).get("OriginalItemParams")
        if not isinstance(given, dict) or not given.get("ItemCode"):
            raise messages.value_invalid("OriginalItemParams", given)
        return str(given["ItemCode"])

    def _known_alternatives(self, code: str) -> Body:
        body = self.records.row("AlternativeItems", (code,))
        if body is None:
            raise messages.no_match()
        return body


def _number(given: Mapping[str, Any], name: str) -> float:
    try:
        return float(given[name])
    except (KeyError, TypeError, ValueError) as error:
        raise messages.value_invalid(name, given.get(name)) from error


def _iso_day(text: str) -> str:
    digits = text[:10].replace("-", "")
    if len(digits) < 8 or not digits[:8].isdigit():
        raise messages.value_invalid("Date", text)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
