"""SQLQueries: the SELECT they accept, the tables they may read, and running it."""
