"""The ASGI application around the pages: health route, compression, errors kept from users."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboards.locales import text
from dashboards.warehouse import current_file

log = logging.getLogger("promesa.dashboards")


async def health(request: Request) -> JSONResponse:
    """Which published file is read now; null before the first publication."""
    file = current_file()
    return JSONResponse({"published": file.name if file else None})


def tell_error(error: Exception) -> bool:
    """Log the error under an id; the user reads the id and one sentence (S6)."""
    number = uuid.uuid4().hex[:8]
    log.error("page error %s", number, exc_info=error)
    st.error(
        text("This page could not be drawn. Error {number}; the log has its details.").format(
            number=number
        ),
        icon=":material/error:",
    )
    return True


app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[Route("/health", health)],
    middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
    on_script_error=tell_error,
)
