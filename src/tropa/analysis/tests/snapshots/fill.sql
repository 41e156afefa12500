SELECT
  "case",
  CAST("at" AS BIGINT) AS "at",
  CAST("seq" AS BIGINT) AS "seq",
  "type",
  "place"
FROM (
  SELECT
    "t4"."case",
    "t4"."at",
    "t4"."seq",
    "t4"."type",
    CAST("t4"."mark" AS INT) AS "place"
  FROM (
    SELECT
      "t3"."case",
      "t3"."at",
      "t3"."seq",
      "t3"."type",
      "t3"."signal",
      "t3"."cut",
      "t3"."row",
      "t3"."starts",
      "t3"."mark",
      "t3"."starts"
      OR (
        "t3"."mark" <> LAG("t3"."mark", 1, -1) OVER (
          PARTITION BY "t3"."case"
          ORDER BY "t3"."at" ASC, "t3"."seq" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        )
      ) AS "moves"
    FROM (
      SELECT
        "t2"."case",
        "t2"."at",
        "t2"."seq",
        "t2"."type",
        "t2"."signal",
        "t2"."cut",
        "t2"."row",
        "t2"."starts",
        "t2"."mark" + (
          (
            SUM(CAST("t2"."cut" AS BIGINT)) OVER (
              PARTITION BY "t2"."case"
              ORDER BY "t2"."at" ASC, "t2"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) % 2
          ) * 65536
        ) AS "mark"
      FROM (
        SELECT
          "t1"."case",
          "t1"."at",
          "t1"."seq",
          "t1"."type",
          "t1"."signal",
          "t1"."cut",
          "t1"."row",
          "t1"."starts",
          MAX(
            CASE
              WHEN "t1"."starts" OR (
                "t1"."signal" <> 0
              )
              THEN (
                "t1"."row" * 65536
              ) + ABS("t1"."signal")
              ELSE CAST(NULL AS BIGINT)
            END
          ) OVER (
            PARTITION BY "t1"."case"
            ORDER BY "t1"."at" ASC, "t1"."seq" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) % 65536 AS "mark"
        FROM (
          SELECT
            "t0"."case",
            "t0"."at",
            "t0"."seq",
            "t0"."type",
            "t0"."signal",
            "t0"."cut",
            ROW_NUMBER() OVER (
              PARTITION BY "t0"."case"
              ORDER BY "t0"."at" ASC, "t0"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) - 1 AS "row",
            LAG("t0"."case", 1, -1) OVER (
              PARTITION BY "t0"."case"
              ORDER BY "t0"."at" ASC, "t0"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) <> "t0"."case" AS "starts"
          FROM "signals" AS "t0"
        ) AS "t1"
      ) AS "t2"
    ) AS "t3"
  ) AS "t4"
  WHERE
    "t4"."moves" OR (
      "t4"."signal" >= 0
    )
)
