"""A folder of CSV or Parquet files that stands in for a system, by mapping files."""
