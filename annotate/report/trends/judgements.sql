-- The judgements of one file, what is wrong with them, and what they add to the tables that `trends.sql` reads.
-- Each table `x` is the sum of the `file_x` of all files. A file has all answers to each of its claims.
-- A pattern is how often each label was given to a claim; `counts` (a macro made of the labels) returns that of a
-- column of labels, each counted once or `n` times. The variables `labels`, `carried` (those that need a source) and `counted` have the words that
-- these columns may hold.

-- name: create
CREATE TABLE answers (
    file INTEGER,        -- place in the list of files
    row BIGINT,          -- place in the file
    claim UBIGINT,       -- a number for each project and claim_id
    project VARCHAR,
    article VARCHAR,
    claim_id VARCHAR,
    annotator VARCHAR,
    counted VARCHAR,
    vote VARCHAR,        -- the label of an answer that counts
    final VARCHAR,       -- the label that an editor settled
    unknown VARCHAR,     -- a label that is none
    source VARCHAR,
    suggested_source VARCHAR,
    codebook VARCHAR,
    seconds DOUBLE,
    answered_at VARCHAR, -- the day in UTC, or the text in its place
    monday DATE,         -- first day of the ISO week of a vote; NULL where `answered_at` is no day
    task_id BIGINT,
    annotation_id BIGINT
);

CREATE VIEW claims_of_file AS
SELECT
    claim,
    any_value(project) AS project,
    any_value(claim_id) AS claim_id,
    any_value(file) AS file,
    arg_min(article, row) AS article,
    arg_max(final, row) AS final,  -- of several decisions the last
    arg_min(suggested_source, row) AS suggested_source,
    max(monday) AS monday,         -- the week of its last answer
    counts(vote) AS pattern
FROM answers GROUP BY claim;

CREATE TABLE file_claims AS FROM claims_of_file;

CREATE VIEW file_others AS
-- What annotators answered, beside the pattern of all answers to the claim.
SELECT annotator, vote, pattern, count(*) AS answers
FROM answers JOIN file_claims USING (claim) WHERE vote IS NOT NULL GROUP BY ALL;

CREATE VIEW file_annotators AS
-- Who answered: the week of the claim, the codebook, and the weeks of the first and last answer.
SELECT annotator, claims.monday AS week, codebook, min(answers.monday) AS first, max(answers.monday) AS last
FROM answers JOIN file_claims AS claims USING (claim)
WHERE vote IS NOT NULL GROUP BY ALL;

CREATE VIEW file_books AS
WITH answered AS (
    SELECT codebook, counts(vote) AS pattern FROM answers WHERE vote IS NOT NULL AND codebook IS NOT NULL
    GROUP BY codebook, claim
)
SELECT codebook, pattern, count(*) AS claims FROM answered GROUP BY ALL;

CREATE VIEW file_times AS
-- An answer to a whole section has one time, which all its claims repeat.
WITH times AS (
    SELECT annotator, arg_min(seconds, row) AS seconds, count(*) AS claims FROM answers
    WHERE vote IS NOT NULL AND seconds > 0 GROUP BY annotator, project, task_id, annotation_id
)
SELECT annotator, fsum(seconds) AS seconds, sum(claims)::BIGINT AS claims FROM times GROUP BY annotator;

CREATE VIEW file_named AS
-- Who carries a claim, in the words of editors (`decided`) and of annotators whose label needs a source.
SELECT claim, counted <> 'yes' AS decided, vote, source, count(*) AS times FROM answers
WHERE source IS NOT NULL
    AND (final IS NOT NULL OR counted = 'noted' OR list_contains(getvariable('carried'), vote))
GROUP BY ALL;

CREATE VIEW file_unknown AS
SELECT unknown, count(*) AS answers FROM answers WHERE unknown IS NOT NULL GROUP BY unknown;

CREATE TABLE claims AS FROM file_claims;
CREATE TABLE others AS FROM file_others;
CREATE TABLE annotators AS FROM file_annotators;
CREATE TABLE books AS FROM file_books;
CREATE TABLE times AS FROM file_times;
CREATE TABLE named AS FROM file_named;
CREATE TABLE unknown AS FROM file_unknown;

-- name: read
-- `{project}` is the column, or for a file without it the parameter `$place`.
INSERT INTO answers
WITH given AS (
    SELECT
        *,
        coalesce(list_contains(getvariable('labels'), label), false) AS known,
        left(answered_at::VARCHAR, 10) AS day
    FROM read_parquet($path, file_row_number = true, hive_partitioning = false)
)
SELECT
    $file,
    file_row_number,
    hash(coalesce({project}, ''), claim_id),
    coalesce({project}, ''),
    coalesce(article, ''),
    claim_id,
    annotator,
    counted,
    CASE WHEN counted = 'yes' AND known THEN label END,
    CASE WHEN counted = 'final' AND known THEN label END,
    CASE WHEN counted = 'unknown' OR (counted IN ('yes', 'final') AND NOT known)
        THEN coalesce(label, given, '') END,
    source,
    suggested_source,
    codebook,
    nullif(seconds::DOUBLE, 'nan'::DOUBLE),
    day,
    CASE WHEN counted = 'yes' AND known AND regexp_full_match(day, '\d{4}-?(\d{2}-?\d{2}|W\d{2}-?\d)')
        THEN date_trunc('week', try_strptime(day, ['%Y-%m-%d', '%Y%m%d', '%G-W%V-%u', '%GW%V%u'])) END,
    try_cast(trunc(task_id) AS BIGINT),
    try_cast(trunc(annotation_id) AS BIGINT)
FROM given;

-- name: problem
-- The first problem of the file.
WITH problems AS (
    SELECT 1 AS rank, 0 AS row,
        format('the column counted is empty in {} rows: fill in yes, or why not', count(*)) AS problem
    FROM answers WHERE counted IS NULL HAVING count(*) > 0
    UNION ALL
    SELECT 2, 0,
        format('the column counted holds “{}”: it says yes, or one of {}', min(counted),
            array_to_string(getvariable('counted')[2:], ', '))
    FROM answers WHERE NOT list_contains(getvariable('counted'), counted) HAVING count(*) > 0
    UNION ALL
    SELECT 3, row, 'a judgement has no claim_id: fill it in, or take the row out'
    FROM answers WHERE claim_id IS NULL
    UNION ALL
    SELECT CASE WHEN annotator IS NULL THEN 4 ELSE 5 END, row,
        format('an answer that counts has no {} (claim “{}”): fill it in, or take it out',
            CASE WHEN annotator IS NULL THEN 'annotator' ELSE 'answered_at' END, claim_id)
    FROM answers WHERE vote IS NOT NULL AND (annotator IS NULL OR answered_at IS NULL)
    UNION ALL
    SELECT 6, min(row),
        format('two answers of {} to claim “{}” count: mark the older one superseded', annotator, min(claim_id))
    FROM answers WHERE vote IS NOT NULL GROUP BY claim, annotator HAVING count(*) > 1
    UNION ALL
    SELECT 7, row,
        format('the column answered_at holds “{}”: write moments as 2031-05-02T10:00:00Z', answered_at)
    FROM answers WHERE vote IS NOT NULL AND monday IS NULL
)
SELECT problem FROM problems ORDER BY rank, row LIMIT 1;

-- name: add
CREATE OR REPLACE TABLE file_claims AS FROM claims_of_file;
INSERT INTO claims FROM file_claims;
INSERT INTO others FROM file_others;
INSERT INTO annotators FROM file_annotators;
INSERT INTO books FROM file_books;
INSERT INTO times FROM file_times;
INSERT INTO named FROM file_named;
INSERT INTO unknown FROM file_unknown;

-- name: forget
CREATE OR REPLACE TABLE answers AS FROM answers LIMIT 0;
