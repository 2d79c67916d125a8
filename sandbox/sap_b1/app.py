"""The web server's side of the Service Layer: routes, headers of the front end, the ping."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.context import ServerContext
from sandbox.sap_b1 import messages
from sandbox.sap_b1.exchange import Answer, Call
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.schema import load_schema
from sandbox.sap_b1.service import Account, ServiceLayer

LARGEST_BODY = 52_428_800  # Apache's LimitRequestBody as shipped
USER = "promesa"
_log = logging.getLogger(__name__)

METHODS = ["GET", "POST", "PATCH", "PUT", "MERGE", "DELETE"]


def account_of(context: ServerContext) -> Account:
    """The one user who may sign in; the password is made at the first start and kept."""
    return Account(company_database(context), USER, context.secret("password"))


def company_database(context: ServerContext) -> str:
    """The database name under which the company is known (letters and digits of its name)."""
    letters = "".join(character for character in context.company.name if character.isalnum())
    return f"SBO_{letters[:20].upper() or 'COMPANY'}"


def environment(context: ServerContext, address: str) -> dict[str, str]:
    """Address and credentials under the names that a `.env` uses."""
    account = account_of(context)
    return {
        "SAP_B1_URL": address,
        "SAP_B1_COMPANY": account.company,
        "SAP_B1_USER": account.user,
        "SAP_B1_PASSWORD": account.password,
    }


def load_company(context: ServerContext, folder: Path) -> int:
    """Load `folder`/sap_b1 into an empty state; the number of entities loaded.

    CompanyError names file and line of a record that the real schema would not hold.
    """
    return _records(context).load_company(folder)


def create_app(context: ServerContext) -> Starlette:
    """The Service Layer over the company in the context's state."""
    app = Starlette(
        routes=[
            Route("/ping/{rest:path}", _ping, methods=["GET"]),
            Route("/ping", _ping, methods=["GET"]),
            Route("/b1s/{dialect}/{rest:path}", _service_layer, methods=METHODS),
            Route("/b1s/{dialect}", _service_layer, methods=METHODS),
        ]
    )
    app.state.service = service_layer(context)
    return app


def service_layer(context: ServerContext) -> ServiceLayer:
    """What answers behind the web server."""
    return ServiceLayer(context, _records(context), account_of(context))


def _records(context: ServerContext) -> Records:
    return Records(context.state, load_schema(), context.company, context.clock.now)


async def _service_layer(request: Request) -> Response:
    dialect: Literal["v1", "v2"]
    match request.path_params["dialect"]:
        case "v1":
            dialect = "v1"
        case "v2":
            dialect = "v2"
        case _:
            return _page(404, "Not Found")
    body = await request.body()
    if len(body) > LARGEST_BODY:
        return _too_large(request)
    if request.headers.get("expect", "").lower() == "100-continue":
        # Through Apache's balancer: 500, nothing in it. [DAE]
        return Response(status_code=500, headers={"DataServiceVersion": "3.0"})
    call = Call(
        method=request.method,
        dialect=dialect,
        root=f"{request.url.scheme}://{request.headers.get('host', '')}/b1s/{dialect}/",
        path=_path_after(request, dialect),
        query=request.scope["query_string"].decode("latin-1"),
        headers=dict(request.headers.items()),
        body=body,
    )
    service: ServiceLayer = request.app.state.service
    try:
        return _response(await asyncio.to_thread(service.answer, call))
    except Exception:  # a mistake of the sandbox's own: said in its log, answered like Apache does
        _log.exception("%s %s could not be answered", call.method, call.path)
        return _page(500, "Internal Server Error")


def _path_after(request: Request, dialect: str) -> str:
    """The path below the dialect, decoded once (a key may hold an encoded slash)."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    path = unquote(raw.decode("latin-1").partition("?")[0])
    return path.partition(f"/b1s/{dialect}")[2].strip("/")


def _response(answer: Answer) -> Response:
    response = Response(answer.body, status_code=answer.status)
    if not answer.body:
        del response.headers["content-length"]
    for name, value in answer.headers:
        response.raw_headers.append((name.encode("latin-1"), value.encode("utf-8")))
    for name, value in _FRONT_END:
        response.raw_headers.append((name.encode(), value.encode()))
    return response


_FRONT_END = (
    ("Server", messages.SERVER),
    ("Vary", "Accept-Encoding"),
    ("Keep-Alive", messages.KEEP_ALIVE),
    ("Connection", "Keep-Alive"),
    ("Strict-Transport-Security", messages.STRICT_TRANSPORT),
)


def _page(status: int, title: str) -> Response:
    """Apache's own page: HTML, not the API's JSON."""
    text = (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>{status} {title}</title>\n</head><body>\n<h1>{title}</h1>\n</body></html>\n"
    )
    return Response(text, status_code=status, media_type="text/html; charset=iso-8859-1")


def _too_large(request: Request) -> Response:
    """Apache's page for a body over its limit, as the guide prints it. [M 3.17]"""
    title = "Request Entity Too Large"
    text = (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>413 {title}</title>\n</head><body>\n<h1>{title}</h1>\n"
        f"The requested resource<br />{request.url.path}<br />\n"
        f"does not allow request data with {request.method} requests, or the amount of data"
        " provided in\nthe request exceeds the capacity limit.\n"
        f"<p>Additionally, a 413 {title}\n"
        "error was encountered while trying to use an ErrorDocument to handle the request.</p>\n"
        "</body></html>\n"
    )
    return Response(text, status_code=413, media_type="text/html; charset=iso-8859-1")


async def _ping(request: Request) -> Response:
    """`/ping/`, `/ping/load-balancer`, `/ping/node`, `/ping/node/N`; an absent node is 503."""
    rest = request.path_params.get("rest", "").strip("/")
    sender = {"": "load balancer", "load-balancer": "load balancer", "node": "node1"}.get(rest)
    status, message = 200, "pong"
    if rest.startswith("node/"):
        number = rest.removeprefix("node/")
        sender = "node1"
        if number != "1":
            status, message, sender = 503, f"node {number} does not exist", "load balancer"
    if sender is None:
        return _page(404, "Not Found")
    content = {"message": message, "sender": sender, "timestamp": f"{time.time():.3f}"}
    return Response(json.dumps(content), status_code=status, media_type="application/json")
