-- Figures over the tables that `judgements.sql` fills.

-- name: copies
-- Claims in two files.
SELECT any_value(claim_id), min(file), max(file) FROM claims GROUP BY claim HAVING count(*) > 1 ORDER BY ALL;

-- name: patterns
SELECT DISTINCT pattern FROM claims ORDER BY pattern;

-- name: weeks
SELECT strftime(monday, '%G-W%V'), pattern, count(*) FROM claims WHERE monday IS NOT NULL
GROUP BY ALL ORDER BY ALL;

-- name: annotators_by_weeks
SELECT strftime(week, '%G-W%V'), count(DISTINCT annotator) FROM annotators GROUP BY ALL;

-- name: codebooks
SELECT codebook, pattern, sum(claims)::BIGINT FROM books GROUP BY ALL ORDER BY ALL;

-- name: annotators_by_codebooks
SELECT codebook, count(DISTINCT annotator) FROM annotators WHERE codebook IS NOT NULL GROUP BY ALL;

-- name: people
WITH labels AS (SELECT annotator, counts(vote, n := answers) AS labels FROM others GROUP BY annotator),
pace AS (SELECT annotator, fsum(seconds) / sum(claims) AS seconds FROM times GROUP BY annotator)
SELECT
    annotator, any_value(labels), any_value(pace.seconds), strftime(min(first), '%G-W%V'),
    strftime(max(last), '%G-W%V')
FROM annotators JOIN labels USING (annotator) LEFT JOIN pace USING (annotator)
GROUP BY annotator ORDER BY annotator;

-- name: others
SELECT annotator, vote, pattern, sum(answers)::BIGINT FROM others GROUP BY ALL;

-- name: spellings
SELECT source FROM named UNION SELECT suggested_source FROM claims WHERE suggested_source IS NOT NULL;

-- name: sources
-- The source of a claim is the editor's, else that of the annotators whose label is the claim's and needs a
-- source, else the one that the program found, unless the annotators' label says that nobody else carries the
-- claim. Of several it is the one given most often, case and spaces folded, in the spelling given most often,
-- of equals the first by alphabet. `labels` has the label of each pattern, `spellings` the words of each source
-- with single spaces, folded, the name that they stand for, and that one folded.
WITH settled AS (
    SELECT claims.*, coalesce(final, labels.label) AS label FROM claims JOIN labels USING (pattern)
),
given AS (
    SELECT claim, decided, folded, words, sum(times) AS times
    FROM named
        JOIN settled USING (claim)
        JOIN spellings ON spellings.given = named.source
    WHERE words <> '' AND (decided OR vote = label)
    GROUP BY ALL
),
said AS (
    SELECT *, sum(times) OVER (PARTITION BY claim, decided, folded) AS same FROM given
    QUALIFY decided = bool_or(decided) OVER (PARTITION BY claim)
),
most_given AS (
    SELECT claim, words FROM said
    QUALIFY row_number() OVER (PARTITION BY claim ORDER BY same DESC, folded, times DESC, words) = 1
),
shown AS (
    SELECT project, article, label, shown.name, shown.name_folded
    FROM settled
        LEFT JOIN most_given USING (claim)
        LEFT JOIN spellings AS suggested
            ON suggested.given = suggested_source
            AND (label IS NULL OR list_contains(getvariable('carried'), label))
        JOIN (SELECT DISTINCT words, name, name_folded FROM spellings WHERE words <> '') AS shown
            ON shown.words = coalesce(most_given.words, suggested.words)
),
names AS (
    SELECT name_folded, name FROM shown GROUP BY name_folded, name
    QUALIFY row_number() OVER (PARTITION BY name_folded ORDER BY count(*) DESC, name) = 1
)
SELECT
    any_value(names.name) AS source, count(*) AS claims, counts(label),
    count(DISTINCT (project, article)), count(DISTINCT project)
FROM shown JOIN names USING (name_folded)
GROUP BY name_folded ORDER BY claims DESC, source;

-- name: unknown
SELECT unknown, sum(answers)::BIGINT AS answers FROM unknown GROUP BY unknown ORDER BY answers DESC, unknown;

-- name: in_several_projects
SELECT count(*) - count(DISTINCT claim_id) FROM claims;
