"""What was searched and is no more: what a count over all articles has to be made less by.

A trigger writes it down, so that another version of the program on the same database does, too.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLE = """
-- Up to this position it is not known any more what was withdrawn.
ALTER TABLE standing ADD COLUMN forgotten bigint NOT NULL DEFAULT 0;
UPDATE standing SET forgotten = position;

CREATE TABLE withdrawals (
    position bigint NOT NULL,
    article bigint NOT NULL,
    serving bigint NOT NULL,
    outlet bytea,
    parties bytea[] NOT NULL,
    day integer,
    release bigint NOT NULL,
    language bigint,
    section bigint,
    sources bigint[] NOT NULL,
    names bytea[] NOT NULL,
    natures text[] NOT NULL,
    roles text[] NOT NULL,
    again boolean[] NOT NULL
);
CREATE INDEX withdrawals_by_position ON withdrawals (position);
CREATE INDEX withdrawals_of_article ON withdrawals (article);
"""
_NOTED = """
CREATE FUNCTION note_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archive.withdrawals
    SELECT position + 1, old.article, old.serving, old.outlet, old.parties, old.day, old.release, old.language,
        old.section, old.sources, coalesce(c.names, '{}'), coalesce(c.natures, '{}'), coalesce(c.roles, '{}'),
        coalesce(c.again, '{}')
    FROM archive.standing, (
        SELECT array_agg(name) AS names, array_agg(nature) AS natures, array_agg(roles) AS roles,
            array_agg(again) AS again
        FROM archive.credits WHERE article = old.article AND serving = old.serving
    ) AS c;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_withdrawal AFTER DELETE ON servings FOR EACH ROW EXECUTE FUNCTION note_withdrawal();
"""
# Whoever forgets an article forgets that it was ever searched.
_FORGOTTEN = """
CREATE FUNCTION forget_withdrawals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM archive.withdrawals WHERE article = old.row;
    UPDATE archive.standing SET forgotten = position + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_withdrawals AFTER DELETE ON articles FOR EACH ROW EXECUTE FUNCTION forget_withdrawals();
"""


def upgrade() -> None:
    """Make the table, and have the server fill it."""
    for statement in (_TABLE, _NOTED, _FORGOTTEN):
        op.execute(statement)
