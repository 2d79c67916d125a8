"""The picture of a lot's way: what went into what, from raw material to what was sold."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards.components.charts import BLUE, GREEN, GREY, ORANGE, RED
from dashboards.components.plain import plain_in_chart
from dashboards.locales import text

ROLE_COLOURS = {"complained": RED, "source": ORANGE, "part": GREY, "sibling": BLUE}
MOST_LINKS = 60
DIRECT, INDIRECT = "rgba(0,114,178,0.45)", "rgba(140,140,140,0.35)"
Lot = tuple[str, str]


def genealogy(links: pd.DataFrame, roles: dict[Lot, str], alt: str, key: str) -> None:
    """Lots as nodes coloured by role, links as bands as wide as their share; a chosen few if many.

    A band in blue is a direct link, one in grey an indirect one.
    """
    shown = links.head(MOST_LINKS)
    used = list(zip(shown["used_item_code"], shown["used_lot_number"], strict=True))
    made = list(zip(shown["made_item_code"], shown["made_lot_number"], strict=True))
    lots: list[Lot] = list(dict.fromkeys([*used, *made]))
    place = {lot: number for number, lot in enumerate(lots)}
    figure = go.Figure(
        go.Sankey(
            textfont={
                "size": 13,
                "color": "#ffffff" if st.context.theme.type == "dark" else "#10171f",
                "shadow": "none",
            },
            node={
                "label": [plain_in_chart(number) for _, number in lots],
                "color": [ROLE_COLOURS.get(roles.get(lot, ""), GREEN) for lot in lots],
                "pad": 12,
                "thickness": 14,
            },
            link={
                "source": [place[lot] for lot in used],
                "target": [place[lot] for lot in made],
                "value": [float(share) for share in shown["used_share"]],
                "color": [DIRECT if kind == "direct" else INDIRECT for kind in shown["link_kind"]],
            },
        )
    )
    ends = max(len(set(used)), len(set(made)))
    figure.update_layout(
        height=max(220, min(900, 26 * ends)), margin={"l": 8, "r": 8, "t": 8, "b": 8}
    )
    st.plotly_chart(figure, alt=alt, key=key, config={"displayModeBar": False})
    if len(links) > MOST_LINKS:
        st.caption(
            text(
                "The first {shown} of {all} links are drawn; the table below names every lot."
            ).format(shown=MOST_LINKS, all=len(links))
        )
