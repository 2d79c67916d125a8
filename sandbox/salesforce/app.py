"""The Salesforce server as an ASGI application: the data resources and the record page."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.context import struck_by
from sandbox.salesforce import messages
from sandbox.salesforce.api import Api
from sandbox.salesforce.auth import Door
from sandbox.salesforce.calls import Answer, Call, error_answer, is_version, version_list
from sandbox.salesforce.describes import DAILY_REQUESTS
from sandbox.salesforce.page import home_page, missing_page, record_page
from sandbox.salesforce.records import Records
from sandbox.salesforce.rendering import HTML_TYPE, compact, is_pretty, pretty
from sandbox.salesforce.sign_in import SignIn, address_of, bearer
from sandbox.salesforce.soap import Soap

MAX_URL = 16_384
"""Longest request line that is answered (the exact limit is not documented)."""

_TOO_LONG = "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"
# As recorded from an org.
_SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "1; mode=block",
    "X-Robots-Tag": "none",
    "Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private",
}


def create_app(records: Records, door: Door) -> ASGIApp:
    """The application over one org's records."""
    server = _Server(records, door)
    return Starlette(
        routes=[
            Route("/", server.home),
            Route("/lightning/r/{name}/{record_id}/view", server.record),
            Route("/lightning/o/{name}/list", server.home),
            *SignIn(records, door).routes(),
            *Soap(records, door).routes(),
            Route("/services/data", server.versions),
            Route("/services/data/", server.versions),
            Route(
                "/services/data/v{version}/{path:path}",
                server.data,
                methods=["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
            ),
            Route("/services/data/v{version}", server.data),
        ]
    )


class _Server:
    def __init__(self, records: Records, door: Door) -> None:
        self.records = records
        self.door = door
        self.api = Api(records)

    # Data

    async def versions(self, request: Request) -> Response:
        """Which versions there are; needs no session."""
        return _rendered(request, Answer(200, version_list()), {})

    async def data(self, request: Request) -> Response:
        """Every resource of a version."""
        if len(request.scope.get("raw_path", b"")) + len(request.scope["query_string"]) > MAX_URL:
            return Response(_TOO_LONG, 414, media_type=HTML_TYPE)
        body = await request.body()
        return await run_in_threadpool(self._data, request, body)

    def _data(self, request: Request, body: bytes) -> Response:
        token = bearer(request)
        if struck_by("expired_session") is not None:
            self.door.end(token)
        user_id = self.door.user_of(token)
        if user_id is None:
            return _rendered(request, error_answer(messages.session_expired()), {})
        used = self.api.describes.count_request()
        limit = {"Sforce-Limit-Info": f"api-usage={used}/{DAILY_REQUESTS}"}
        if struck_by("quota") is not None or used > DAILY_REQUESTS:
            return _rendered(request, error_answer(messages.limit_exceeded()), limit)
        version = request.path_params["version"]
        if not is_version(version):
            return _rendered(request, error_answer(messages.resource_missing()), limit)
        # The raw path keeps an escaped slash in an external id apart from a path's own.
        raw = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        call = Call(
            method=request.method,
            path=raw.partition(f"/v{version}")[2].lstrip("/"),
            version=version,
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=body,
            user_id=user_id,
            address=address_of(request),
        )
        return _rendered(request, self.api.answer(call), limit)

    # Pages

    async def home(self, request: Request) -> Response:
        """Deals and accounts to look at."""
        name = request.path_params.get("name", "Opportunity")
        text = await run_in_threadpool(home_page, self.records, name)
        return Response(text, media_type=HTML_TYPE)

    async def record(self, request: Request) -> Response:
        """A record as a person looks at it."""
        name, record_id = request.path_params["name"], request.path_params["record_id"]
        text = await run_in_threadpool(record_page, self.records, name, record_id)
        if text is None:
            return Response(missing_page(name, record_id), 404, media_type=HTML_TYPE)
        return Response(text, media_type=HTML_TYPE)


def _rendered(request: Request, answer: Answer, extra: Mapping[str, str]) -> Response:
    headers = {**_SECURITY_HEADERS, **extra, **answer.headers}
    if answer.status in (204, 304):
        return Response(status_code=answer.status, headers=headers)
    if answer.text is not None:
        return Response(answer.text, answer.status, headers, answer.content_type)
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    render = pretty if is_pretty(request.headers) else compact
    return Response(render(answer.body), answer.status, headers, answer.content_type)
