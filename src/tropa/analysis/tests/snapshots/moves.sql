SELECT
  "t1"."source",
  "t1"."target",
  COUNT(*) AS "count",
  QUANTILE_CONT("t1"."duration", 0.5) AS "median",
  AVG("t1"."duration") AS "mean"
FROM (
  SELECT
    "t0"."stage" AS "source",
    "t0"."left_to" AS "target",
    "t0"."left" - "t0"."entered" AS "duration"
  FROM "visits" AS "t0"
  WHERE
    "t0"."left_to" >= 3
) AS "t1"
GROUP BY
  1,
  2
