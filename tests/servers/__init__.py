"""Real PostgreSQL servers for the tests: a primary, its streaming replica, and as many databases as are needed.

``fixtures`` has what tests ask for; ``python -m tests.servers`` starts both for a person.
"""

from tests.servers.cluster import Primary, Replica, Runs, Server, new_primary, new_replica
from tests.servers.engine import engine

__all__ = ["Primary", "Replica", "Runs", "Server", "engine", "new_primary", "new_replica"]
