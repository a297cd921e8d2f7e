-- Makes the large tables of an archive in this database, to be a shard of one whose small tables are elsewhere.
-- Run it once in each shard, as the role that the coordinator will connect as, with the dimension of the encoder:
--
--   psql -v ON_ERROR_STOP=1 postgresql://host/shard -c "SET onrecord.dimension = 384" -f deploy/postgres/shard.sql
--
-- Then run shards.sql in the coordinator. docs/postgres.md has the whole way.

CREATE EXTENSION IF NOT EXISTS vector;
CREATE SCHEMA archive;

CREATE TABLE archive.texts (article bigint, row bigint, text bytea NOT NULL, PRIMARY KEY (article, row));

CREATE TABLE archive.paragraphs (
    article bigint,
    serving bigint,
    ordinal integer,
    words integer NOT NULL,
    headline_words integer NOT NULL,
    day integer,
    release bigint NOT NULL,
    language bigint,
    section bigint,
    sources bigint[] NOT NULL,
    lexemes tsvector NOT NULL,
    PRIMARY KEY (article, serving, ordinal)
);
CREATE INDEX paragraphs_by_word ON archive.paragraphs USING gin (lexemes) WITH (fastupdate = off);

DO $$
BEGIN
    EXECUTE format(
        'CREATE TABLE archive.windows (
            article bigint NOT NULL,
            serving bigint NOT NULL,
            ordinal integer NOT NULL,
            day integer,
            release bigint NOT NULL,
            language bigint,
            section bigint,
            sources bigint[] NOT NULL,
            digest bigint,
            vector halfvec(%s) NOT NULL,
            sentences bytea NOT NULL DEFAULT ''''
        )',
        current_setting('onrecord.dimension')::integer
    );
    EXECUTE format('ALTER DATABASE %I SET hnsw.iterative_scan = relaxed_order', current_database());
    EXECUTE format('ALTER DATABASE %I SET hnsw.ef_search = 200', current_database());
    EXECUTE format('ALTER DATABASE %I SET hnsw.max_scan_tuples = 40000', current_database());
    -- The coordinator takes the first rows of a long list: the index is to be used for it.
    EXECUTE format('ALTER DATABASE %I SET cursor_tuple_fraction = 0.0001', current_database());
    EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
END
$$;
ALTER TABLE archive.windows ALTER COLUMN vector SET STORAGE PLAIN;
CREATE INDEX windows_of_paragraph ON archive.windows (article, serving, ordinal);
CREATE INDEX windows_by_digest ON archive.windows (digest);
CREATE INDEX windows_by_vector ON archive.windows USING hnsw (vector halfvec_ip_ops);

CREATE TABLE archive.quotations (
    article bigint,
    serving bigint,
    number integer,
    ordinal integer NOT NULL,
    kind text NOT NULL,
    fields text NOT NULL,
    PRIMARY KEY (article, serving, number)
);

CREATE TABLE archive.credits (
    article bigint,
    serving bigint,
    number integer,
    place integer,
    key bigint NOT NULL,
    name bytea NOT NULL,
    nature text NOT NULL,
    roles text NOT NULL,
    spans text NOT NULL,
    again boolean NOT NULL,
    PRIMARY KEY (article, serving, number, place)
);
CREATE INDEX credits_by_name ON archive.credits (key, serving);
