"""The statements of the pages, a file each: they select, filter and group, and decide nothing."""
