SELECT
  CAST("trip" AS BIGINT) AS "trip",
  "stage",
  CAST("first_visit" AS BIGINT) AS "first_visit",
  CAST("first_entered" AS BIGINT) AS "first_entered",
  CAST("visits" AS BIGINT) AS "visits",
  CAST("dwell" AS BIGINT) AS "dwell",
  "open",
  "returned",
  "stage_above",
  CAST("higher_visit" AS BIGINT) AS "higher_visit",
  CAST("higher_entered" AS BIGINT) AS "higher_entered",
  CAST("next_entered" AS BIGINT) AS "next_entered",
  "climbed",
  "case",
  "ended_how",
  CAST("ended_at" AS BIGINT) AS "ended_at",
  "end_stage"
FROM (
  SELECT
    "t7"."trip",
    "t7"."stage",
    "t7"."first_visit",
    "t7"."first_entered",
    "t7"."visits",
    "t7"."dwell",
    "t7"."open",
    "t7"."returned",
    "t7"."stage_above",
    "t7"."higher_visit",
    "t7"."higher_entered",
    "t7"."next_entered",
    "t7"."climbed",
    "t3"."case",
    "t3"."ended_how",
    "t3"."ended_at",
    "t3"."end_stage"
  FROM (
    SELECT
      "t5"."trip",
      "t5"."stage",
      "t5"."first_visit",
      "t5"."first_entered",
      "t5"."visits",
      "t5"."dwell",
      "t5"."open",
      "t5"."returned",
      "t5"."stage_above",
      CASE
        WHEN "t5"."stage_above" < 3
        THEN CAST(NULL AS BIGINT)
        ELSE "t5"."higher_visit"
      END AS "higher_visit",
      CASE
        WHEN "t5"."stage_above" < 3
        THEN CAST(NULL AS BIGINT)
        ELSE "t5"."higher_entered"
      END AS "higher_entered",
      CASE
        WHEN "t5"."stage_above" = (
          "t5"."stage" + 1
        )
        THEN "t5"."entered_above"
        ELSE CAST(NULL AS BIGINT)
      END AS "next_entered",
      "t5"."first_so_low" < "t5"."last_above" AS "climbed"
    FROM (
      SELECT
        "t4"."trip",
        "t4"."stage",
        "t4"."first_visit",
        "t4"."last_visit",
        "t4"."first_entered",
        "t4"."visits",
        "t4"."dwell",
        "t4"."open",
        "t4"."returned",
        MIN("t4"."first_visit") OVER (
          PARTITION BY "t4"."trip"
          ORDER BY "t4"."stage" DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
        ) AS "higher_visit",
        MIN("t4"."first_entered") OVER (
          PARTITION BY "t4"."trip"
          ORDER BY "t4"."stage" DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
        ) AS "higher_entered",
        LAG("t4"."stage", 1, -1) OVER (
          PARTITION BY "t4"."trip"
          ORDER BY "t4"."stage" DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "stage_above",
        LAG("t4"."first_entered", 1, -1) OVER (
          PARTITION BY "t4"."trip"
          ORDER BY "t4"."stage" DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "entered_above",
        MIN("t4"."first_visit") OVER (
          PARTITION BY "t4"."trip"
          ORDER BY "t4"."stage" DESC
          ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS "first_so_low",
        MAX("t4"."last_visit") OVER (
          PARTITION BY "t4"."trip"
          ORDER BY "t4"."stage" DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 preceding
        ) AS "last_above"
      FROM (
        SELECT
          "t1"."trip",
          "t1"."stage",
          MIN("t1"."visit") AS "first_visit",
          MAX("t1"."visit") AS "last_visit",
          MIN("t1"."entered") AS "first_entered",
          COUNT(*) AS "visits",
          SUM("t1"."left" - "t1"."entered") AS "dwell",
          MAX(CAST("t1"."left_to" = 0 AS INT)) AS "open",
          MAX(CAST((
            "t1"."left_to" >= 3
          ) AND (
            "t1"."left_to" < "t1"."stage"
          ) AS INT)) AS "returned"
        FROM "visits" AS "t1"
        GROUP BY
          1,
          2
      ) AS "t4"
    ) AS "t5"
  ) AS "t7"
  INNER JOIN (
    SELECT
      "t0"."trip",
      "t0"."case",
      "t0"."ended_how",
      "t0"."ended_at",
      "t0"."end_stage"
    FROM "trips" AS "t0"
  ) AS "t3"
    ON "t7"."trip" = "t3"."trip"
)
