"""Everything that Dagster loads: one file per idea of the framework; assets are thin."""
