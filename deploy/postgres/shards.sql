-- Has the large tables of an archive stand in other databases, each article on one of them.
-- Run it once in the coordinator, while its archive is empty, after shard.sql has been run in every shard:
--
--   psql -v ON_ERROR_STOP=1 postgresql://host/archive \
--       -c "SET onrecord.shards = 'one.example:5432/shard two.example:5432/shard'" \
--       -c "SET onrecord.shard_user = 'onrecord'" -c "SET onrecord.shard_password = '…'" \
--       -f deploy/postgres/shards.sql
--
-- It changes everything or nothing. docs/postgres.md has the whole way.

BEGIN;
CREATE EXTENSION IF NOT EXISTS postgres_fdw;

DO $$
DECLARE
    shards text[] := regexp_split_to_array(trim(current_setting('onrecord.shards')), '\s+');
    shard text;
    number integer;
    parts text[];
    name text;
    held boolean;
BEGIN
    FOR number, shard IN SELECT ordinality - 1, one FROM unnest(shards) WITH ORDINALITY AS given (one, ordinality) LOOP
        parts := regexp_match(shard, '^(.+):(\d+)/(.+)$');
        IF parts IS NULL THEN
            RAISE EXCEPTION 'onrecord.shards: "%" is not of the form host:port/database', shard;
        END IF;
        EXECUTE format(
            'CREATE SERVER onrecord_shard_%s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
                host %L, port %L, dbname %L, extensions ''vector'', use_remote_estimate ''true'',
                fetch_size ''200'', batch_size ''200'', async_capable ''true''
            )',
            number, parts[1], parts[2], parts[3]
        );
        EXECUTE format(
            'CREATE USER MAPPING FOR CURRENT_USER SERVER onrecord_shard_%s OPTIONS (user %L, password %L)',
            number,
            current_setting('onrecord.shard_user'),
            coalesce(current_setting('onrecord.shard_password', true), '')
        );
    END LOOP;
    FOREACH name IN ARRAY ARRAY['texts', 'paragraphs', 'windows', 'quotations', 'credits'] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM archive.%I)', name) INTO held;
        IF held THEN
            RAISE EXCEPTION 'the archive is not empty: make the shards for a new one, and move this with onrecord migrate';
        END IF;
        EXECUTE format('DROP TABLE archive.%I', name || '_0');
        FOR number IN 0 .. array_length(shards, 1) - 1 LOOP
            EXECUTE format(
                'CREATE FOREIGN TABLE archive.%I PARTITION OF archive.%I FOR VALUES WITH (MODULUS %s, REMAINDER %s)
                 SERVER onrecord_shard_%s OPTIONS (schema_name ''archive'', table_name %L)',
                name || '_' || number, name, array_length(shards, 1), number, number, name
            );
        END LOOP;
    END LOOP;
END
$$;
COMMIT;
