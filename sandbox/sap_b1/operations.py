"""Functions and actions: bound ones (Close, Cancel, List …) and those of the services."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from sandbox.sap_b1 import messages
from sandbox.sap_b1.entities import (
    DEFAULT_PAGE_SIZE,
    JSON_TYPE,
    VERSION_HEADER,
    Entities,
    page_of,
    read_object,
    whole_number,
)
from sandbox.sap_b1.exchange import Answer, Call, Header
from sandbox.sap_b1.keys import Key, written_key
from sandbox.sap_b1.schema import EntitySet
from sandbox.sap_b1.sql.run import checked, parse_parameters, run
from sandbox.sap_b1.values import Body


class Operations:
    """Answers calls of functions and actions."""

    def __init__(self, entities: Entities) -> None:
        self.entities, self.records = entities, entities.records
        self.business = entities.business
        self._services: Mapping[str, Callable[[Call], Answer]] = {
            "CompanyService_GetCompanyInfo": self._company_info,
            "CompanyService_GetAdminInfo": self._admin_info,
            "SBOBobService_GetLocalCurrency": self._local_currency,
            "SBOBobService_GetSystemCurrency": self._local_currency,
            "SBOBobService_GetCurrencyRate": self._currency_rate,
            "SBOBobService_SetCurrencyRate": self._set_currency_rate,
            "HolidayService_GetHolidayList": self._holiday_list,
            "DraftsService_SaveDraftToDocument": self._release_draft,
        }

    def service(self, name: str) -> Callable[[Call], Answer] | None:
        """The function or action of that name; GET and POST both call it.

        In v2 the reading ones are functions; clients of live servers call them by POST as well.
        """
        return self._services.get(name)

    # -- bound -----------------------------------------------------------------------------

    def bound(self, call: Call, entity_set: EntitySet, key: Key, action: str) -> Answer:
        """An action or function bound to an entity."""
        if action not in entity_set.actions:
            raise messages.set_unknown(f"{entity_set.name}({key[0]})/{action}")
        if action == "List":
            return self._list(call, str(key[0]))
        before = self.entities.matched(call, entity_set, key)
        result = self.business.act(entity_set, before, action)
        if result is None:
            return Answer(204, (VERSION_HEADER[call.dialect],))
        return self.entities.entity_answer(call, entity_set, result, 200, None)

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
            _context_name(call): f"{call.root}$metadata#SAPB1.SQLQueryResult",
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
        return _json_answer(call, body, extra)

    def _parameters(self, call: Call, options: Mapping[str, str]) -> str:
        """The parameters as `a=1&b='x'`: from the body's ParamList (POST) or the address."""
        if call.method == "POST" and call.body.strip():
            return str(read_object(call).get("ParamList") or "")
        if "ParamList" in options:  # how one client repeats a POST's parameters on later pages
            return options["ParamList"]
        return "&".join(
            f"{name}={value}" for name, value in options.items() if not name.startswith("$")
        )

    # -- services --------------------------------------------------------------------------

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
        context = {_context_name(call): f"{call.root}$metadata#SAPB1.CompanyInfo"}
        return _json_answer(call, context | whole)

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
        context = {_context_name(call): f"{call.root}$metadata#SAPB1.AdminInfo"}
        return _json_answer(call, context | whole)

    def _local_currency(self, call: Call) -> Answer:
        return _text_answer(call, json.dumps(self.records.company.currency))

    def _currency_rate(self, call: Call) -> Answer:
        """Local currency for one unit; no row for the day is an error. Its text is a guess."""
        given = self._arguments(call)
        day = _iso_day(str(given.get("Date") or ""))
        row = self.records.row("CurrencyRates", (str(given.get("Currency") or ""), day))
        if row is None:
            raise messages.rate_missing(str(given.get("Currency") or ""))
        return _text_answer(call, json.dumps(float(row["Rate"])))

    def _set_currency_rate(self, call: Call) -> Answer:
        given = read_object(call)
        day = _iso_day(str(given.get("RateDate") or ""))
        rate = _number(given, "Rate")
        row = {"Currency": str(given.get("Currency") or ""), "Date": day, "Rate": rate}
        self.records.put_row("CurrencyRates", row)
        return Answer(204, (VERSION_HEADER[call.dialect],))

    def _holiday_list(self, call: Call) -> Answer:
        codes = [
            {"HolidayCode": body["HolidayCode"]} for body in self.records.equal("Holidays", {})
        ]
        context = {_context_name(call): f"{call.root}$metadata#Collection(SAPB1.HolidayParams)"}
        return _json_answer(call, {**context, "value": codes})

    def _release_draft(self, call: Call) -> Answer:
        given = read_object(call).get("Document")
        if not isinstance(given, dict):
            raise messages.value_invalid("Document", given)
        self.business.release_draft(int(_number(given, "DocEntry")))
        return Answer(204, (VERSION_HEADER[call.dialect],))


def _context_name(call: Call) -> str:
    return "@odata.context" if call.dialect == "v2" else "odata.metadata"


def _json_answer(call: Call, body: Body, extra: tuple[Header, ...] = ()) -> Answer:
    text = json.dumps(body, indent="\t", separators=(",", " : "), ensure_ascii=False)
    headers = (("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect], *extra)
    return Answer(200, headers, text.encode() + b"\n")


def _text_answer(call: Call, text: str) -> Answer:
    """A bare value: `"EUR"`, `0.91`. Its form is not recorded anywhere we know: a guess."""
    headers = (("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect])
    return Answer(200, headers, text.encode())


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
