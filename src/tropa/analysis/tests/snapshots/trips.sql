SELECT
  CAST("trip" AS BIGINT) AS "trip",
  "case",
  CAST("started" AS BIGINT) AS "started",
  CAST("visits" AS BIGINT) AS "visits",
  "highest",
  CAST("steps" AS BIGINT) AS "steps",
  CAST("returns" AS BIGINT) AS "returns",
  CAST("skips" AS BIGINT) AS "skips",
  "ended_how",
  CAST("ended_at" AS BIGINT) AS "ended_at",
  "end_stage",
  CAST("last_active" AS BIGINT) AS "last_active"
FROM (
  SELECT
    "t0"."trip",
    MIN("t0"."case") AS "case",
    MIN("t0"."entered") AS "started",
    COUNT(*) AS "visits",
    MAX("t0"."stage") AS "highest",
    SUM(CAST("t0"."left_to" = (
      "t0"."stage" + 1
    ) AS BIGINT)) AS "steps",
    SUM(
      CAST((
        "t0"."left_to" >= 3
      ) AND (
        "t0"."left_to" < "t0"."stage"
      ) AS BIGINT)
    ) AS "returns",
    SUM(CAST("t0"."left_to" > (
      "t0"."stage" + 1
    ) AS BIGINT)) AS "skips",
    MAX("t0"."left_to") FILTER(WHERE
      "t0"."left_to" IN (0, 1, -1, 2)) AS "ended_how",
    MAX("t0"."left") FILTER(WHERE
      "t0"."left_to" IN (0, 1, -1, 2)) AS "ended_at",
    MAX("t0"."stage") FILTER(WHERE
      "t0"."left_to" IN (0, 1, -1, 2)) AS "end_stage",
    MAX("t0"."active_at") AS "last_active"
  FROM "visits" AS "t0"
  GROUP BY
    1
)
