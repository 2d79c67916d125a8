"""Who buys what and how much: customers by weight, each with its own few items."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from sandbox.plant.chance import stream
from sandbox.plant.master import Customer, Item
from sandbox.plant.plant import Plant

TOPICS = (
    "ampliación de línea", "recambios", "proyecto nueva planta", "pedido marco", "renovación",
    "serie piloto", "mantenimiento", "exportación",
)  # fmt: skip


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson number (Knuth's product of uniforms)."""
    limit, count, level = math.exp(-mean), 0, chance.random()
    while level > limit:
        count += 1
        level *= chance.random()
    return count


class Taste:
    """The preferences of the random customers."""

    def __init__(self, plant: Plant) -> None:
        masters = plant.core.masters
        self._customers = [c for c in masters.customers.values() if c.weight > 0]
        finished = [
            i for i in masters.items.values() if i.kind == "finished" and i.code[:3].isalpha()
            and i.family in ("Bombas", "Válvulas", "Ejes", "Reductores", "Soportes")
        ]  # fmt: skip
        chance = stream(plant.seed, "taste")
        self._likes: dict[str, Sequence[Item]] = {
            c.code: chance.sample(finished, 6) for c in self._customers
        }

    def customer(self, chance: random.Random, in_crm: bool = False) -> Customer:
        """A customer, by weight."""
        pool = [c for c in self._customers if c.in_crm or not in_crm]
        return chance.choices(pool, [c.weight for c in pool])[0]

    def basket(
        self, chance: random.Random, customer: Customer, largest: int
    ) -> list[tuple[Item, float]]:
        """One to four items that the customer likes, with quantities."""
        count = chance.choices((1, 2, 3, 4), (30, 38, 22, 10))[0]
        sizes = [s for s in (4, 6, 10, 12, 16, 20, 25, 30, 40, 60, 80) if s <= largest]
        return [
            (item, float(chance.choice(sizes)))
            for item in chance.sample(list(self._likes[customer.code]), count)
        ]

    def topic(self, chance: random.Random) -> str:
        """What a deal is about."""
        return chance.choice(TOPICS)
