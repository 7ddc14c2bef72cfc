"""Programs rather than firmware: each publishes one device as a bundle, or as its project does."""
