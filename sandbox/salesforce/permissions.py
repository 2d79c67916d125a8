"""What a user may do with objects and fields: profile and permission sets together.

Custom fields need a permission always, but for required ones. Objects and standard fields are open
to a user, as to a System Administrator, unless the user's profile owns a permission set
(`IsOwnedByProfile`), as every profile of a real org does: then they need a permission, too.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from sandbox.salesforce.schema import Field, SObject, hidden_write
from sandbox.salesforce.soql.select import parts_of_address, table
from sandbox.state import State

ALL_RIGHTS = frozenset({"create", "read", "edit", "delete"})

# Objects without permissions of their own: those of a parent count.
_FOLLOWS = {
    "AccountHistory": "Account",
    "CampaignMember": "Campaign",
    "CampaignMemberStatus": "Campaign",
    "CaseComment": "Case",
    "CaseHistory": "Case",
    "ContactHistory": "Contact",
    "LeadHistory": "Lead",
    "OpportunityContactRole": "Opportunity",
    "OpportunityFieldHistory": "Opportunity",
    "OpportunityHistory": "Opportunity",
    "OpportunityLineItem": "Opportunity",
    "OrderHistory": "Order",
    "OrderItem": "Order",
    "PricebookEntry": "Pricebook2",
}
_GOVERNED = frozenset(
    {
        "Account",
        "Asset",
        "Campaign",
        "Case",
        "Contact",
        "Contract",
        "Lead",
        "Opportunity",
        "Order",
        "Pricebook2",
        "Product2",
    }
)
# Objects whose change needs a permission of the user, and no object permission can grant.
_BY_USER_PERMISSION = {"Task": "PermissionsEditTask"}
_RIGHTS = {
    "PermissionsCreate": "create",
    "PermissionsRead": "read",
    "PermissionsEdit": "edit",
    "PermissionsDelete": "delete",
}


class Permissions:
    """The permissions of one org's users."""

    def __init__(self, state: State) -> None:
        self._state = state

    def as_seen(
        self, whole: SObject, user_id: str | None, for_everyone: Set[tuple[str, str]]
    ) -> SObject | None:
        """The object as a user sees it; None if the user may not read it."""
        if user_id is None:
            return whole
        sets = self._sets(user_id)
        is_open = self._profile_set(user_id) is None
        rights = ALL_RIGHTS if is_open else self._rights(_FOLLOWS.get(whole.name, whole.name), sets)
        if "read" not in rights:
            return None
        granted = self._granted(whole.name, sets)
        names: list[str] = []
        read_only: list[Field] = []
        # An address is granted whole: its parts follow it.
        addresses = {
            part.name: found.name
            for found in whole.fields.values()
            if found.is_compound
            for part in parts_of_address(found, whole).values()
        }
        for found in whole.fields.values():
            is_free = (
                (whole.name, found.name) in for_everyone or not found.described["permissionable"]
                if found.is_custom
                else is_open
                or not _is_governed(whole.name)
                or not found.described["permissionable"]
            )
            can_read, can_edit = (
                (True, True)
                if is_free
                else granted.get(
                    found.name, granted.get(addresses.get(found.name, ""), (False, False))
                )
            )
            if can_read:
                names.append(found.name)
            if can_read and not can_edit:
                read_only.append(hidden_write(found))
        if len(names) == len(whole.fields) and not read_only and rights == ALL_RIGHTS:
            return whole
        return replace(whole.only_fields(names).with_fields(read_only), rights=rights)

    def _profile_set(self, user_id: str) -> str | None:
        found = self._state.row(
            f"select owned.Id from {table('PermissionSet')} owned join {table('User')} person"
            " on person.ProfileId = owned.ProfileId"
            " where person.Id = ? and owned.IsOwnedByProfile = 1",
            (user_id,),
        )
        return None if found is None else str(found[0])

    def _sets(self, user_id: str) -> list[str]:
        """The user's permission sets, the profile's own among them."""
        assigned = self._state.rows(
            f"select PermissionSetId from {table('PermissionSetAssignment')} where AssigneeId = ?",
            (user_id,),
        )
        own = self._profile_set(user_id)
        return [row[0] for row in assigned] + ([own] if own else [])

    def _rights(self, sobject_name: str, sets: list[str]) -> frozenset[str]:
        marks = ", ".join("?" * len(sets))
        if sobject_name in _BY_USER_PERMISSION:
            found = self._state.row(
                f"select max({_BY_USER_PERMISSION[sobject_name]}) from {table('PermissionSet')}"
                f" where Id in ({marks})",
                tuple(sets),
            )
            return ALL_RIGHTS if found and found[0] else frozenset({"read"})
        if not _is_governed(sobject_name):
            return ALL_RIGHTS
        totals = ", ".join(f"max({name})" for name in _RIGHTS)
        found = self._state.row(
            f"select {totals} from {table('ObjectPermissions')}"
            f" where SobjectType = ? and ParentId in ({marks})",
            (sobject_name, *sets),
        )
        given = zip(_RIGHTS.values(), found or (), strict=False)
        return frozenset(right for right, is_given in given if is_given)

    def _granted(self, sobject_name: str, sets: list[str]) -> dict[str, tuple[bool, bool]]:
        """Read and edit rights on fields, over all the permission sets."""
        marks = ", ".join("?" * len(sets))
        found = self._state.rows(
            f"select Field, max(PermissionsRead), max(PermissionsEdit)"
            f" from {table('FieldPermissions')}"
            f" where SobjectType = ? and ParentId in ({marks}) group by 1",
            (sobject_name, *sets),
        )
        return {
            name.partition(".")[2]: (bool(can_read), bool(can_edit))
            for name, can_read, can_edit in found
        }


def _is_governed(sobject_name: str) -> bool:
    return sobject_name in _GOVERNED or sobject_name.endswith("__c")
