"""Serial numbers: lots of one piece, each in one warehouse or in none. [K12]"""

from __future__ import annotations

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import tidy
from sandbox.sap_b1.values import Body


class Serials:
    """Moves the numbered pieces of a document line in or out."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def move(self, line: Body, sign: int, locator: str) -> None:
        """Let the pieces that a line names come in (+1) or leave (-1); one number a piece.

        Refusal when numbers are missing, unknown, not in that warehouse, or in stock already.
        """
        rows: list[Body] = line.get("SerialNumbers") or []
        names = [str(row.get("InternalSerialNumber") or "") for row in rows]
        is_complete = tidy(float(line["InventoryQuantity"])) == len(names)
        if not is_complete or not all(names) or len(set(names)) < len(names):
            raise messages.lots_incomplete(locator)
        for row in rows:
            self._move_one(line, row, sign, locator)

    def _move_one(self, line: Body, row: Body, sign: int, locator: str) -> None:
        code, warehouse = str(line["ItemCode"]), str(line["WarehouseCode"])
        master = self._master(code, str(row["InternalSerialNumber"]))
        if master is None:
            if sign < 0:
                raise messages.reference_invalid(locator)
            master = self._new(code, row, line)
        number = int(master["SysNumber"])
        held = self.records.plain_rows("OSRQ", {"ItemCode": code, "SysNumber": number})
        is_here = any(place["WhsCode"] == warehouse and place["Quantity"] > 0 for place in held)
        if sign < 0 and not is_here:
            raise messages.negative_inventory(locator)
        if sign > 0 and any(place["Quantity"] > 0 for place in held):
            raise messages.already_exists(f"OSRN {row['InternalSerialNumber']}")
        row.update(
            ItemCode=code, SystemSerialNumber=number, BaseLineNumber=line["LineNum"], Quantity=1.0
        )
        self.records.put_row(
            "OSRQ",
            {
                "ItemCode": code,
                "SysNumber": number,
                "WhsCode": warehouse,
                "Quantity": 1.0 if sign > 0 else 0.0,
                "CommitQty": 0.0,
            },
        )

    def _master(self, code: str, name: str) -> Body | None:
        found = self.records.plain_rows("OSRN", {"ItemCode": code, "DistNumber": name})
        return found[0] if found else None

    def _new(self, code: str, row: Body, line: Body) -> Body:
        known = self.records.plain_rows("OSRN", {"ItemCode": code})
        day = row.get("ReceptionDate") or self.records.today()
        master = {
            "ItemCode": code,
            "SysNumber": max((each["SysNumber"] for each in known), default=0) + 1,
            "DistNumber": row["InternalSerialNumber"],
            "MnfSerial": row.get("ManufacturerSerialNumber"),
            "InDate": day[:10].replace("-", ""),
            "Status": "0",
        }
        self.records.put_row("OSRN", master)
        self.records.insert(
            "SerialNumberDetails",
            {
                "DocEntry": self.records.next_number("SerialNumberDetails", "DocEntry"),
                "ItemCode": code,
                "ItemDescription": line.get("ItemDescription"),
                "MfrSerialNo": row.get("ManufacturerSerialNumber"),
                "SerialNumber": row["InternalSerialNumber"],
                "SystemNumber": master["SysNumber"],
                "AdmissionDate": day,
                "ManufacturingDate": row.get("ManufactureDate"),
                "ExpirationDate": row.get("ExpiryDate"),
            },
        )
        return master
