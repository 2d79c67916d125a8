"""What people look at: pages over the published warehouse, in two languages."""
