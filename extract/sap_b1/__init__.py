"""SAP Business One through its Service Layer, version 2."""
