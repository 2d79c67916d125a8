"""How the people of the plant live a day: who sells, plans, buys, makes, ships and pays."""
