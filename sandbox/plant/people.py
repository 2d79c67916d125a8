"""The people who sell: users of the CRM, sales employees of the ERP."""

from __future__ import annotations

from sandbox.plant.master import Person

PEOPLE: tuple[Person, ...] = (
    Person(1, "Lucía", "Marín Soler", "Responsable de cuentas, Levante"),
    Person(2, "Javier", "Ortega Ruiz", "Responsable de cuentas, Centro"),
    Person(3, "Ainhoa", "Etxeberria Goñi", "Responsable de cuentas, Norte"),
    Person(4, "Marc", "Puig Ferrer", "Exportación"),
    Person(5, "Carmen", "Vidal Peña", "Directora comercial"),
)
