"""What a question finds, in one call: the server counts how rare the words are, then chooses how it looks for them.

What it then looks by is put together anew for every question, because the planner chooses by what it is told: words
and a list of articles, not a query in a query. On shards only such a statement is worked out where the rows are.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FOUND = """
-- A paragraph of the version that is searched; its score is NULL where the words did not find it.
CREATE TYPE found_paragraph AS (
    article bigint, version bigint, ordinal integer, score float8, near boolean, cosine float8
);
"""

# ``test`` is a condition on the columns that stand beside every serving, paragraph and window, and holds no words of
# anybody's. A paragraph that two searches find comes twice.
_SEARCH = """
CREATE FUNCTION search(
    asked vector,
    test text,
    words text[],
    quoted text[],
    phrases text,
    wanted integer,
    wanted_phrases integer,
    few_articles integer,
    few_windows integer,
    rare_paragraphs integer,
    common_words integer
) RETURNS SETOF found_paragraph LANGUAGE plpgsql STABLE ROWS 150 AS $$
#variable_conflict use_column
DECLARE
    -- What a word in the headline counts, beside one in the text; and BM25's two.
    headline CONSTANT float8 := 0.5;
    k1 CONSTANT float8 := 1.2;
    b CONSTANT float8 := 0.75;
    -- No more paragraphs with words of the question are looked at, and no more scored exactly, the best by PostgreSQL's
    -- own rank.
    matches CONSTANT integer := 20000;
    scored CONSTANT integer := 400;
    -- More paragraphs than an article has.
    ordinals CONSTANT bigint := 1 << 20;
    nothing CONSTANT text := 'SELECT 0::bigint AS article, 0::bigint AS serving, 0 AS ordinal, 0::float8 AS score '
        'WHERE false';
    totals record;
    few bigint[];
    articles bigint;
    windows bigint;
    known text[];
    rarities float8[];
    ranks text;
    every text;
    query text;
    whole boolean;
    within text;
    nearest text;
    nearest_of_all text;
    matching text;
    holding text;
    all_of_it text;
    first found_paragraph[];
    more found_paragraph[];
BEGIN
    SELECT s.restoring, s.dimension, s.paragraphs,
            (s.words + s.headline_words)::float8 / greatest(s.paragraphs, 1) AS mean
        FROM standing s INTO totals;
    -- Nothing is found in an archive that is empty, another encoder's, or not whole yet.
    IF totals.restoring IS NOT NULL OR totals.dimension IS DISTINCT FROM vector_dims(asked) THEN
        RETURN;
    END IF;

    -- The articles that the filters leave, where these are few.
    EXECUTE format(
        'SELECT coalesce(array_agg(article), ''{}''), count(*), coalesce(sum(windows), 0) FROM ('
        'SELECT article, windows FROM servings WHERE %s LIMIT %s) AS remaining', test, few_articles + 1
    ) INTO few, articles, windows;
    IF articles > few_articles OR windows > few_windows THEN
        few := NULL;
        within := test;
    ELSE
        -- Their index knows them.
        within := 'article = ANY($2) AND ' || test;
    END IF;

    -- The rarest words one by one, and each two of the next: a word that most paragraphs hold tells nothing by itself,
    -- and would bring all of them in. Rarity is what SQLite's FTS5 takes for it.
    WITH ranked AS (
        SELECT f.word, q.quoted, f.anywhere, row_number() OVER commoner AS place, sum(f.anywhere) OVER commoner AS total
        FROM unnest(words, quoted) AS q (word, quoted) JOIN frequencies f ON f.word = q.word
        WINDOW commoner AS (ORDER BY f.anywhere, f.word)
    ), told AS (
        SELECT word, quoted, place, place = 1 OR total <= rare_paragraphs AS rare,
            greatest(ln((totals.paragraphs - anywhere + 0.5::float8) / (anywhere + 0.5::float8)), 1e-6) AS rarity
        FROM ranked
    ), common AS (
        SELECT quoted, place FROM told WHERE NOT rare ORDER BY place LIMIT common_words
    )
    SELECT array_agg(word), array_agg(rarity), string_agg(quoted, ' | '), coalesce(bool_and(rare), true),
        string_agg(format(
            '%s * ts_rank(%L::real[], lexemes, %L::tsquery)', rarity, ARRAY[1, 1, 1, headline]::real[], quoted
        ), ' + '),
        concat_ws(' | ', string_agg(quoted, ' | ') FILTER (WHERE rare), (
            SELECT string_agg(format('(%s & %s)', one.quoted, other.quoted), ' | ')
            FROM common one JOIN common other ON one.place < other.place
        ))
    FROM told INTO known, rarities, every, whole, ranks, query;
    IF few IS NOT NULL THEN
        -- Among few paragraphs hardly any hold two of the words, and all that hold one are few.
        query := every;
        whole := true;
    END IF;

    -- Each of these has its values in the same places: the vector, the few, how many are wanted, the words to look by,
    -- the words to score by and their rarities, the mean length, phrases and how many paragraphs with one.
    nearest_of_all := format(
        'SELECT article, serving, ordinal FROM windows WHERE %s GROUP BY article, serving, ordinal '
        'ORDER BY min(vector::vector <#> $1), article, serving, ordinal LIMIT $3',
        CASE WHEN few IS NULL THEN 'article = ANY(ARRAY(SELECT article FROM servings WHERE ' || test || '))'
            ELSE within END
    );
    -- By the index, which goes on until it has enough. Two windows for each paragraph that is wanted: it may have
    -- several.
    nearest := CASE WHEN few IS NOT NULL THEN nearest_of_all ELSE format($q$
        SELECT article, serving, ordinal FROM (
            SELECT article, serving, ordinal, distance,
                row_number() OVER (PARTITION BY article, serving, ordinal ORDER BY distance) AS place
            FROM (
                SELECT article, serving, ordinal, vector <#> $1::halfvec(%1$s) AS distance FROM windows
                WHERE %2$s ORDER BY vector <#> $1::halfvec(%1$s) LIMIT 2 * $3
            ) AS windows
        ) AS paragraphs WHERE place = 1 ORDER BY distance LIMIT $3
    $q$, totals.dimension, test) END;
    -- BM25 over body and headline (Robertson and Zaragoza 2009).
    matching := CASE WHEN known IS NULL THEN nothing ELSE format($q$
        WITH matched AS MATERIALIZED (
            SELECT article, serving, ordinal, lexemes, words + headline_words AS length FROM paragraphs
            WHERE lexemes @@ $4::tsquery AND %1$s LIMIT %3$s
        ), best AS (SELECT * FROM matched ORDER BY %2$s DESC LIMIT %4$s),
        counted AS (
            SELECT article, serving, ordinal, length, rarity,
                cardinality(weights) - (1 - %5$s) * cardinality(array_positions(weights, 'A')) AS weight
            FROM best, unnest(lexemes) AS held (lexeme, positions, weights)
            JOIN unnest($5, $6) AS asked (word, rarity) ON word = lexeme
        )
        SELECT article, serving, ordinal,
            sum(rarity * weight * (%6$s + 1) / (weight + %6$s * (1 - %7$s + %7$s * length / greatest($7, 1e-9))))
            AS score
        FROM counted GROUP BY article, serving, ordinal ORDER BY score DESC, article, serving, ordinal LIMIT $3
    $q$, within, ranks, matches, scored, headline, k1, b) END;
    holding := CASE WHEN phrases = '' THEN nothing ELSE format(
        'SELECT article, serving, ordinal FROM (SELECT article, serving, ordinal, lexemes FROM paragraphs '
        'WHERE lexemes @@ $8::tsquery AND %s LIMIT %s) AS found '
        'ORDER BY ts_rank(lexemes, $8::tsquery) DESC, article, serving, ordinal LIMIT $9', within, matches
    ) END;
    -- Rows of another serving are on their way in or out.
    all_of_it := $q$
        WITH near AS MATERIALIZED (%1$s), matches AS MATERIALIZED (%2$s), held AS MATERIALIZED (%3$s),
        found AS MATERIALIZED (
            SELECT article, serving, ordinal, max(score) AS score, bool_or(near) AS near FROM (
                SELECT article, serving, ordinal, NULL::float8 AS score, true AS near FROM near
                UNION ALL SELECT article, serving, ordinal, score, false FROM matches
                UNION ALL SELECT article, serving, ordinal, NULL, false FROM held
            ) AS one GROUP BY article, serving, ordinal
        ), cosines AS MATERIALIZED (
            SELECT article, serving, ordinal, max(-(vector::vector <#> $1)) AS cosine FROM windows
            WHERE article = ANY(ARRAY(SELECT article FROM found))
                AND serving * %4$s + ordinal = ANY(ARRAY(SELECT serving * %4$s + ordinal FROM found))
            GROUP BY article, serving, ordinal
        )
        SELECT array_agg(
            (article, version, ordinal, score, near, cosine)::found_paragraph ORDER BY article, ordinal
        ) FROM found JOIN (
            SELECT article, serving, version FROM servings WHERE article = ANY(ARRAY(SELECT article FROM found))
        ) AS searched USING (article, serving) LEFT JOIN cosines USING (article, serving, ordinal)
    $q$;
    EXECUTE format(all_of_it, nearest, matching, holding, ordinals) INTO first
        USING asked, few, wanted, query, known, rarities, totals.mean, phrases, wanted_phrases;
    RETURN QUERY SELECT * FROM unnest(first);

    -- Where that was too little: all that the filters leave, and all of the words one by one.
    SELECT CASE WHEN few IS NULL AND count(*) FILTER (WHERE near) < wanted THEN nearest_of_all ELSE nothing END,
        CASE WHEN NOT whole AND count(score) < wanted THEN matching ELSE nothing END
        FROM unnest(first) INTO nearest, matching;
    IF nearest <> nothing OR matching <> nothing THEN
        EXECUTE format(all_of_it, nearest, matching, nothing, ordinals) INTO more
            USING asked, few, wanted, every, known, rarities, totals.mean, phrases, wanted_phrases;
        RETURN QUERY SELECT * FROM unnest(more);
    END IF;
END
$$;
"""


def upgrade() -> None:
    """Make the function."""
    for statement in (_FOUND, _SEARCH):
        op.execute(statement)
