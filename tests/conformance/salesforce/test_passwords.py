"""Users with a password: OAuth's password grant, SOAP login, who they are (B1)."""

from __future__ import annotations

import re
import ssl
import xml.etree.ElementTree as ElementTree

import httpx
import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:urn="urn:{kind}.soap.sforce.com"><soapenv:Header>{header}</soapenv:Header>
<soapenv:Body><urn:{name}>{inside}</urn:{name}></soapenv:Body></soapenv:Envelope>"""


@pytest.fixture(scope="module")
def web(org):
    verify = ssl.create_default_context(cafile=org.ca_file)
    with httpx.Client(base_url=org.address, verify=verify, trust_env=False, timeout=30) as web:
        yield web


def soap(web, name, inside="", session="", kind="partner", address=None):
    """A SOAP call: status and, by its last name, the text of each element."""
    header = (
        f"<urn:SessionHeader><urn:sessionId>{session}</urn:sessionId></urn:SessionHeader>"
        if session
        else ""
    )
    body = ENVELOPE.format(kind=kind, header=header, name=name, inside=inside)
    place = address or f"/services/Soap/{'u' if kind == 'partner' else 'c'}/60.0"
    answer = web.post(
        place, content=body, headers={"Content-Type": "text/xml", "SOAPAction": "login"}
    )
    found: dict[str, list[str | None]] = {}
    for element in ElementTree.fromstring(answer.content).iter():
        found.setdefault(element.tag.rpartition("}")[2], []).append(element.text)
    return answer.status_code, found


def login_body(credentials, password=None):
    given = credentials.password + credentials.security_token if password is None else password
    return (
        f"<urn:username>{credentials.username}</urn:username><urn:password>{given}</urn:password>"
    )


def token(web, credentials, **other):
    form = {
        "grant_type": "password",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "username": credentials.username,
        "password": credentials.password + credentials.security_token,
        **other,
    }
    return web.post("/services/oauth2/token", data=form)


def test_the_password_grant_takes_the_token_after_the_password(web, credentials):
    """B1: grant_type=password; the password may carry the security token."""
    answer = token(web, credentials)
    assert answer.status_code == 200
    content = answer.json()
    assert {"access_token", "instance_url", "id", "token_type", "issued_at", "signature"} <= (
        content.keys()
    )
    limits = web.get(
        "/services/data/v60.0/limits",
        headers={"Authorization": f"Bearer {content['access_token']}"},
    )
    assert limits.status_code == 200


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"password": "no"}, "invalid_grant"),
        ({"username": "nobody@small.example"}, "invalid_grant"),
        ({"client_secret": "no"}, "invalid_client"),
        ({"client_id": "no"}, "invalid_client_id"),
    ],
)
def test_a_wrong_password_or_app_is_refused(web, credentials, wrong, error):
    """B1: 400 with error and error_description."""
    answer = token(web, credentials, **wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


def test_a_refresh_token_gives_a_new_session(org, web, credentials):
    """B1: grant_type=refresh_token, which taps and other extraction tools use."""
    given = credentials.refresh_token
    form = {"grant_type": "refresh_token", "client_id": credentials.client_id}
    secret = {"client_secret": credentials.client_secret}
    answer = web.post("/services/oauth2/token", data={**form, **secret, "refresh_token": given})
    assert answer.status_code == 200
    assert answer.json()["instance_url"] == org.address
    refused = web.post("/services/oauth2/token", data={**form, **secret, "refresh_token": "no"})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("kind", ["partner", "enterprise"])
def test_soap_login_tells_session_server_and_user(web, credentials, kind):
    """B1: sessionId, serverUrl, userId and organizationId."""
    status, found = soap(web, "login", login_body(credentials), kind=kind)
    assert status == 200
    letter = "u" if kind == "partner" else "c"
    assert re.search(rf"/services/Soap/{letter}/60\.0/00D\w{{15}}$", found["serverUrl"][0])
    assert "/services/Soap/m/60.0/00D" in found["metadataServerUrl"][0]
    assert found["passwordExpired"] == ["false"]
    assert found["userId"][0].startswith("005")
    assert found["organizationId"][0].startswith("00D")
    assert found["userName"] == [credentials.username]
    limits = web.get(
        "/services/data/v60.0/limits",
        headers={"Authorization": f"Bearer {found['sessionId'][0]}"},
    )
    assert limits.status_code == 200


def test_soap_refuses_with_a_fault(web, credentials):
    """B1: HTTP 500 with sf:exceptionCode and sf:exceptionMessage."""
    status, found = soap(web, "login", login_body(credentials, "no"))
    assert status == 500
    assert found["exceptionCode"] == ["INVALID_LOGIN"]
    assert found["faultcode"] == ["sf:INVALID_LOGIN"]
    assert found["faultstring"][0].startswith("INVALID_LOGIN: ")
    assert found["exceptionMessage"][0]
    status, found = soap(web, "getUserInfo", session="no")
    assert (status, found["exceptionCode"]) == (500, ["INVALID_SESSION_ID"])


def test_a_soap_session_knows_its_user_and_ends(web, credentials):
    """B1: getUserInfo, logout."""
    _, found = soap(web, "login", login_body(credentials))
    session, place = found["sessionId"][0], httpx.URL(found["serverUrl"][0]).path
    status, info = soap(web, "getUserInfo", session=session, address=place)
    assert (status, info["userId"]) == (200, found["userId"][:1])
    status, _ = soap(web, "logout", session=session, address=place)
    assert status == 200
    status, _ = soap(web, "getUserInfo", session=session, address=place)
    assert status == 500


def test_simple_salesforce_signs_in_by_soap(org, credentials, monkeypatch):
    """B1, SS: SalesforceLogin reads serverUrl and sessionId, or raises with the fault's code."""
    session = requests.Session()
    session.trust_env = False
    if org.ca_file:
        session.verify = org.ca_file
    post = session.post
    # The library knows only hosts of salesforce.com; the call is the library's own.
    monkeypatch.setattr(
        session,
        "post",
        lambda url, *args, **kw: post(re.sub(r"^https://[^/]+", org.address, url), *args, **kw),
    )
    given = {"username": credentials.username, "session": session, "sf_version": "60.0"}
    found, instance = SalesforceLogin(
        password=credentials.password, security_token=credentials.security_token, **given
    )
    assert org.address.endswith(instance)
    sf = Salesforce(instance_url=org.address, session_id=found, session=session, version="60.0")
    assert "DailyApiRequests" in sf.limits()
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        SalesforceLogin(password="no", security_token="", **given)
    assert refused.value.code == "INVALID_LOGIN"


def test_the_identity_address_tells_who_and_where(web, credentials):
    """B1: `id` is .../id/<orgId>/<userId>; its answer names the APIs."""
    content = token(web, credentials).json()
    place = httpx.URL(content["id"]).path
    assert re.fullmatch(r"/id/00D\w{15}/005\w{15}", place)
    bearer = {"Authorization": f"Bearer {content['access_token']}"}
    identity = web.get(place, headers=bearer).json()
    assert identity["username"] == credentials.username
    assert identity["urls"]["rest"].endswith("/services/data/v{version}/")
    assert identity["id"].endswith(place)
    userinfo = web.get("/services/oauth2/userinfo", headers=bearer).json()
    assert userinfo["user_id"] == identity["user_id"]
    assert userinfo["preferred_username"] == credentials.username
    assert web.get(place).status_code == 403
    assert web.get(place, headers={"Authorization": "Bearer no"}).status_code == 403


def test_a_revoked_token_is_no_token(web, credentials):
    """B1: revoke by POST and by GET."""
    for method in ("POST", "GET"):
        given = token(web, credentials).json()["access_token"]
        where = {"data": {"token": given}} if method == "POST" else {"params": {"token": given}}
        assert web.request(method, "/services/oauth2/revoke", **where).status_code == 200
        answer = web.get(
            "/services/data/v60.0/limits", headers={"Authorization": f"Bearer {given}"}
        )
        assert answer.status_code == 401
        assert answer.json()[0]["errorCode"] == "INVALID_SESSION_ID"


@pytest.mark.parametrize("version", ["50.0", "55.0", "60.0", "64.0"])
def test_versions_and_their_resources(web, client, version):
    """B2: the list needs no session; each version names its resources."""
    listed = web.get("/services/data/").json()
    assert {"label", "url", "version"} == listed[0].keys()
    assert f"/services/data/v{version}" in {one["url"] for one in listed}
    resources = client.get(str(client.base_url.copy_with(path=f"/services/data/v{version}/")))
    assert resources.status_code == 200
    named = resources.json()
    for name in ("sobjects", "query", "queryAll", "limits", "composite", "jobs/query"):
        assert named[name] == f"/services/data/v{version}/{name}", name
    assert named["identity"].startswith("http")


def test_what_is_deleted_comes_back_with_what_hung_on_it(web, client, credentials):
    """B3: undelete() by SOAP, as REST has none; the recycle bin is emptied for good."""
    _, found = soap(web, "login", login_body(credentials))
    session = found["sessionId"][0]
    account = client.post("sobjects/Account", json={"Name": "Bin"}).json()["id"]
    deal = {"Name": "Bin", "AccountId": account, "StageName": "Prospecting"}
    deal_id = client.post("sobjects/Opportunity", json={**deal, "CloseDate": "2025-10-01"}).json()[
        "id"
    ]
    client.delete(f"sobjects/Account/{account}")
    gone = client.get(f"sobjects/Opportunity/{deal_id}")
    assert (gone.status_code, gone.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")
    status, answer = soap(web, "undelete", f"<urn:ids>{account}</urn:ids>", session)
    assert (status, answer["success"]) == (200, ["true"])
    assert client.get(f"sobjects/Opportunity/{deal_id}").status_code == 200
    _, answer = soap(web, "undelete", f"<urn:ids>{account}</urn:ids>", session)
    assert (answer["success"], answer["statusCode"]) == (["false"], ["UNDELETE_FAILED"])
    client.delete(f"sobjects/Account/{account}")
    _, answer = soap(web, "emptyRecycleBin", f"<urn:ids>{account}</urn:ids>", session)
    assert answer["success"] == ["true"]
    soql = f"SELECT Id FROM Account WHERE Id = '{account}'"
    assert client.get("queryAll", params={"q": soql}).json()["totalSize"] == 0


def test_a_lead_is_converted(web, client, credentials):
    """B4: ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId by convertLead()."""
    _, found = soap(web, "login", login_body(credentials))
    session = found["sessionId"][0]
    person = {"FirstName": "Eva", "LastName": "Sanz", "Company": "Bombas", "Email": "e@b.example"}
    lead = client.post("sobjects/Lead", json=person).json()["id"]
    campaign = client.post("sobjects/Campaign", json={"Name": "Fair"}).json()["id"]
    member = {"CampaignId": campaign, "LeadId": lead}
    member_id = client.post("sobjects/CampaignMember", json=member).json()["id"]
    wanted = (
        f"<urn:leadConverts><urn:convertedStatus>{{}}</urn:convertedStatus>"
        f"<urn:doNotCreateOpportunity>false</urn:doNotCreateOpportunity>"
        f"<urn:leadId>{lead}</urn:leadId></urn:leadConverts>"
    )
    _, refused = soap(web, "convertLead", wanted.format("Nope"), session)
    assert (refused["success"], refused["statusCode"]) == (["false"], ["INVALID_STATUS"])
    soql = "SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true LIMIT 1"
    known = client.get("query", params={"q": soql}).json()["records"]
    label = known[0]["MasterLabel"] if known else "Closed - Converted"
    status, answer = soap(web, "convertLead", wanted.format(label), session)
    assert (status, answer["success"]) == (200, ["true"])
    read = client.get(f"sobjects/Lead/{lead}").json()
    assert read["IsConverted"] is True
    assert read["ConvertedAccountId"] == answer["accountId"][0]
    contact = client.get(f"sobjects/Contact/{answer['contactId'][0]}").json()
    assert (contact["Name"], contact["AccountId"]) == ("Eva Sanz", read["ConvertedAccountId"])
    deal = client.get(f"sobjects/Opportunity/{answer['opportunityId'][0]}").json()
    assert deal["AccountId"] == read["ConvertedAccountId"]
    assert deal["CampaignId"] == campaign
    assert client.get(f"sobjects/CampaignMember/{member_id}").json()["ContactId"] == contact["Id"]
    _, again = soap(web, "convertLead", wanted.format(label), session)
    assert again["success"] == ["false"]
