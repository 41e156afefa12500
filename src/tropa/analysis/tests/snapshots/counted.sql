SELECT
  "stage",
  CAST("entered" AS BIGINT) AS "entered",
  CAST("reached" AS BIGINT) AS "reached",
  CAST("mature" AS BIGINT) AS "mature",
  CAST("mature_reached" AS BIGINT) AS "mature_reached",
  CAST("mature_next" AS BIGINT) AS "mature_next",
  CAST("returned" AS BIGINT) AS "returned"
FROM (
  SELECT
    "t0"."stage",
    COUNT(*) AS "entered",
    COUNT("t0"."higher_visit") AS "reached",
    SUM(
      CAST((
        (
          "t0"."higher_visit" IS NULL
        )
        OR (
          "t0"."higher_visit" > "t0"."first_visit"
        )
      )
      AND (
        "t0"."first_entered" <= (
          86400000000000 - CASE
            WHEN "t0"."stage" = 3
            THEN 5184000000000
            WHEN "t0"."stage" = 4
            THEN 2592000000000
            WHEN "t0"."stage" = 5
            THEN 3888000000000
            ELSE 0
          END
        )
      ) AS BIGINT)
    ) AS "mature",
    SUM(
      CAST((
        (
          "t0"."higher_visit" IS NULL
        )
        OR (
          "t0"."higher_visit" > "t0"."first_visit"
        )
      )
      AND (
        "t0"."first_entered" <= (
          86400000000000 - CASE
            WHEN "t0"."stage" = 3
            THEN 5184000000000
            WHEN "t0"."stage" = 4
            THEN 2592000000000
            WHEN "t0"."stage" = 5
            THEN 3888000000000
            ELSE 0
          END
        )
      )
      AND (
        NOT "t0"."higher_entered" IS NULL
      )
      AND (
        (
          "t0"."higher_entered" - "t0"."first_entered"
        ) <= CASE
          WHEN "t0"."stage" = 3
          THEN 5184000000000
          WHEN "t0"."stage" = 4
          THEN 2592000000000
          WHEN "t0"."stage" = 5
          THEN 3888000000000
          ELSE 0
        END
      ) AS BIGINT)
    ) AS "mature_reached",
    SUM(
      CAST((
        (
          "t0"."higher_visit" IS NULL
        )
        OR (
          "t0"."higher_visit" > "t0"."first_visit"
        )
      )
      AND (
        "t0"."first_entered" <= (
          86400000000000 - CASE
            WHEN "t0"."stage" = 3
            THEN 5184000000000
            WHEN "t0"."stage" = 4
            THEN 2592000000000
            WHEN "t0"."stage" = 5
            THEN 3888000000000
            ELSE 0
          END
        )
      )
      AND (
        NOT "t0"."next_entered" IS NULL
      )
      AND (
        (
          "t0"."next_entered" - "t0"."first_entered"
        ) <= CASE
          WHEN "t0"."stage" = 3
          THEN 5184000000000
          WHEN "t0"."stage" = 4
          THEN 2592000000000
          WHEN "t0"."stage" = 5
          THEN 3888000000000
          ELSE 0
        END
      ) AS BIGINT)
    ) AS "mature_next",
    SUM("t0"."returned") AS "returned"
  FROM "stays" AS "t0"
  GROUP BY
    1
)
