"""OData query options of the Service Layer: reading their text and stating them as SQL."""
