-- The judgements of all files, one row an answer, and what is wrong with them by file.
-- `{project}` is the column, or for files without it the name of their place in the folder. The variables `labels`
-- and `counted` have the words that these columns may hold.

-- name: create
CREATE TABLE judgements (
    file INTEGER,        -- place in the list of files
    row BIGINT,          -- place in the file
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

-- name: load
INSERT INTO judgements
WITH answers AS (
    SELECT
        *,
        file_index,
        file_row_number,
        coalesce(list_contains(getvariable('labels'), label), false) AS known,
        left(answered_at::VARCHAR, 10) AS day
    FROM read_parquet($paths, hive_partitioning = false)
)
SELECT
    $first + file_index,
    file_row_number,
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
FROM answers;

-- name: problems
-- The first problem of each file, in the order of the files.
WITH problems AS (
    SELECT file, 1 AS rank, 0 AS row,
        format('the column counted is empty in {} rows: fill in yes, or why not', count(*)) AS problem
    FROM judgements WHERE counted IS NULL GROUP BY file
    UNION ALL
    SELECT file, 2, 0,
        format('the column counted holds “{}”: it says yes, or one of {}', min(counted),
            array_to_string(getvariable('counted')[2:], ', '))
    FROM judgements WHERE NOT list_contains(getvariable('counted'), counted) GROUP BY file
    UNION ALL
    SELECT file, 3, row, 'a judgement has no claim_id: fill it in, or take the row out'
    FROM judgements WHERE claim_id IS NULL
    UNION ALL
    SELECT file, CASE WHEN annotator IS NULL THEN 4 ELSE 5 END, row,
        format('an answer that counts has no {} (claim “{}”): fill it in, or take it out',
            CASE WHEN annotator IS NULL THEN 'annotator' ELSE 'answered_at' END, claim_id)
    FROM judgements WHERE vote IS NOT NULL AND (annotator IS NULL OR answered_at IS NULL)
    UNION ALL
    SELECT file, 6, min(row),
        format('two answers of {} to claim “{}” count: mark the older one superseded', annotator, claim_id)
    FROM judgements WHERE vote IS NOT NULL GROUP BY file, project, claim_id, annotator HAVING count(*) > 1
    UNION ALL
    SELECT file, 7, row,
        format('the column answered_at holds “{}”: write moments as 2031-05-02T10:00:00Z', answered_at)
    FROM judgements WHERE vote IS NOT NULL AND monday IS NULL
)
SELECT file, arg_min(problem, (rank, row)) FROM problems GROUP BY file ORDER BY file;

-- name: leave_out
DELETE FROM judgements WHERE file = $file;
