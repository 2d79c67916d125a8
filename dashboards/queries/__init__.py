"""The statements of the pages, one file a page: they select, filter and group, and decide nothing."""
