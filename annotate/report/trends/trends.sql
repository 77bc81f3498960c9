-- Counts over the judgements of all files. A pattern is how often each label was given to a claim; `counts`
-- (a macro that is made of the labels) makes one of a column of labels.

-- name: claims
-- One row a claim: a claim_id in two projects is two claims.
CREATE TABLE claims AS
SELECT
    row_number() OVER () AS claim,
    project,
    claim_id,
    min(file) AS file,
    max(file) AS other_file,
    arg_min(article, row) AS article,
    arg_max(final, row) AS final,                      -- of several decisions the last
    arg_min(suggested_source, row) AS suggested_source,
    max(monday) AS monday,                             -- the week of its last answer
    counts(vote) AS pattern
FROM judgements
GROUP BY project, claim_id;

-- name: copies
-- Claims in two files.
SELECT claim_id, file, other_file FROM claims WHERE file <> other_file ORDER BY file, claim_id;

-- name: votes
CREATE TABLE votes AS
SELECT
    claim, claims.monday AS claim_monday, pattern,
    annotator, vote, codebook, judgements.monday, seconds, judgements.file, row, project, task_id, annotation_id
FROM judgements JOIN claims USING (project, claim_id)
WHERE vote IS NOT NULL;

-- name: patterns
SELECT DISTINCT pattern FROM claims ORDER BY pattern;

-- name: weeks
SELECT strftime(monday, '%G-W%V'), pattern, count(*) FROM claims WHERE monday IS NOT NULL
GROUP BY ALL ORDER BY ALL;

-- name: annotators_by_weeks
SELECT strftime(claim_monday, '%G-W%V'), list(DISTINCT annotator) FROM votes GROUP BY ALL;

-- name: codebooks
WITH answered AS (
    SELECT codebook, counts(vote) AS pattern FROM votes WHERE codebook IS NOT NULL GROUP BY codebook, claim
)
SELECT codebook, pattern, count(*) FROM answered GROUP BY ALL ORDER BY ALL;

-- name: annotators_by_codebooks
SELECT codebook, list(DISTINCT annotator) FROM votes WHERE codebook IS NOT NULL GROUP BY ALL;

-- name: people
-- An answer to a whole section has one time, which all its claims repeat.
WITH times AS (
    SELECT annotator, arg_min(seconds, row) AS seconds, count(*) AS claims FROM votes WHERE seconds > 0
    GROUP BY annotator, file, project, task_id, annotation_id
),
pace AS (SELECT annotator, fsum(seconds) / sum(claims) AS seconds FROM times GROUP BY annotator)
SELECT
    annotator, counts(vote), any_value(pace.seconds),
    strftime(min(monday), '%G-W%V'), strftime(max(monday), '%G-W%V')
FROM votes LEFT JOIN pace USING (annotator)
GROUP BY annotator ORDER BY annotator;

-- name: answers
SELECT annotator, vote, pattern, count(*) FROM votes GROUP BY ALL;

-- name: spellings
SELECT source FROM judgements WHERE source IS NOT NULL
UNION
SELECT suggested_source FROM claims WHERE suggested_source IS NOT NULL;

-- name: sources
-- The source of a claim is the editor's, else that of the annotators whose label is the claim's, an attributed
-- report, else the one that the program found, unless the annotators' label says that nobody else carries the
-- claim. Of several it is the one given most often, case and spaces folded, in the spelling given most often,
-- of equals the first by alphabet. `labels` has the label of each pattern, `spellings` the words of each source
-- with single spaces, folded, the name that they stand for, and that one folded.
WITH settled AS (
    SELECT claims.*, coalesce(final, labels.label) AS label FROM claims JOIN labels USING (pattern)
),
given AS (
    SELECT claim, counted <> 'yes' AS decided, folded, words, count(*) AS times
    FROM judgements
        JOIN settled USING (project, claim_id)
        JOIN spellings ON spellings.given = judgements.source
    WHERE words <> ''
        AND (judgements.final IS NOT NULL OR counted = 'noted' OR (vote = $carried AND label = $carried))
    GROUP BY ALL
),
said AS (
    SELECT *, sum(times) OVER (PARTITION BY claim, folded) AS same FROM given
    QUALIFY decided = bool_or(decided) OVER (PARTITION BY claim)
),
most_given AS (
    SELECT claim, words FROM said
    QUALIFY row_number() OVER (PARTITION BY claim ORDER BY same DESC, folded, times DESC, words) = 1
),
named AS (
    SELECT project, article, label, name, name_folded
    FROM settled
        LEFT JOIN most_given USING (claim)
        LEFT JOIN spellings AS suggested
            ON suggested.given = suggested_source AND (label IS NULL OR label = $carried)
        JOIN (SELECT DISTINCT words, name, name_folded FROM spellings WHERE words <> '') AS shown
            ON shown.words = coalesce(most_given.words, suggested.words)
),
names AS (
    SELECT name_folded, name FROM named GROUP BY name_folded, name
    QUALIFY row_number() OVER (PARTITION BY name_folded ORDER BY count(*) DESC, name) = 1
)
SELECT
    any_value(names.name) AS source, count(*) AS claims, counts(label),
    count(DISTINCT (project, article)), count(DISTINCT project)
FROM named JOIN names USING (name_folded)
GROUP BY name_folded ORDER BY claims DESC, source;

-- name: unknown
SELECT unknown, count(*) AS answers FROM judgements WHERE unknown IS NOT NULL
GROUP BY unknown ORDER BY answers DESC, unknown;

-- name: in_several_projects
SELECT count(*) - count(DISTINCT claim_id) FROM claims;
