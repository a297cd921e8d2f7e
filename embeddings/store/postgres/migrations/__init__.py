"""The steps that make the archive's tables on a server."""
