SELECT
  "t0"."stage",
  CASE
    WHEN (
      "t0"."higher_entered" IS NULL
    )
    AND NOT (
      "t0"."ended_how" IN (1, -1)
    )
    AND (
      "t0"."ended_how" = 0
    )
    THEN 86400000000000
    ELSE COALESCE("t0"."higher_entered", "t0"."ended_at")
  END - "t0"."first_entered" AS "duration",
  CASE
    WHEN NOT "t0"."higher_entered" IS NULL
    THEN 1
    WHEN "t0"."ended_how" IN (1, -1)
    THEN 2
    ELSE 0
  END AS "kind"
FROM "stays" AS "t0"
WHERE
  (
    "t0"."higher_visit" IS NULL
  )
  OR (
    "t0"."higher_visit" > "t0"."first_visit"
  )
