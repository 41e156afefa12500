SELECT
  CAST("visit" AS BIGINT) AS "visit",
  CAST("trip" AS BIGINT) AS "trip",
  "case",
  "stage",
  CAST("entered" AS BIGINT) AS "entered",
  CAST("left" AS BIGINT) AS "left",
  "left_to",
  CAST("lost_at" AS BIGINT) AS "lost_at",
  CAST("active_at" AS BIGINT) AS "active_at",
  "active_type"
FROM (
  SELECT
    "t6"."visit",
    "t6"."trip",
    "t6"."case",
    "t6"."stage",
    "t6"."entered",
    CASE
      WHEN "t6"."left_to" IN (0, -1)
      AND (
        (
          86400000000000 - "t6"."active_at"
        ) >= 4611686018427387904
      )
      THEN "t6"."active_at"
      WHEN "t6"."left_to" IN (0, -1)
      THEN 86400000000000
      ELSE "t6"."left"
    END AS "left",
    CASE
      WHEN "t6"."left_to" IN (0, -1)
      AND (
        (
          86400000000000 - "t6"."active_at"
        ) >= 4611686018427387904
      )
      THEN -1
      WHEN "t6"."left_to" IN (0, -1)
      THEN 0
      ELSE "t6"."left_to"
    END AS "left_to",
    "t6"."lost_at",
    "t6"."active_at",
    "t6"."active_type"
  FROM (
    SELECT
      ROW_NUMBER() OVER (
        PARTITION BY "t5"."case"
        ORDER BY "t5"."at" ASC, "t5"."seq" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1 AS "visit",
      "t5"."trip",
      "t5"."case",
      "t5"."code" AS "stage",
      "t5"."entered",
      "t5"."left",
      CASE
        WHEN (
          LEAD("t5"."trip", 1, -1) OVER (
            PARTITION BY "t5"."case"
            ORDER BY "t5"."at" ASC, "t5"."seq" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) = "t5"."trip"
        )
        AND (
          "t5"."left_to" = 1
        )
        THEN -2
        ELSE "t5"."left_to"
      END AS "left_to",
      "t5"."lost_at",
      "t5"."at" AS "active_at",
      "t5"."type" AS "active_type"
    FROM (
      SELECT
        "t4"."case",
        "t4"."at",
        "t4"."seq",
        "t4"."place",
        "t4"."type",
        "t4"."next_case",
        "t4"."next_place",
        "t4"."next_at",
        "t4"."entered",
        "t4"."code",
        "t4"."lap",
        "t4"."before",
        "t4"."place_before",
        "t4"."entered_before",
        "t4"."case_two_before",
        "t4"."place_two_before",
        "t4"."trip",
        CASE
          WHEN NOT (
            "t4"."next_case" = "t4"."case"
          )
          THEN 0
          WHEN (
            "t4"."next_case" = "t4"."case"
          )
          AND (
            (
              "t4"."next_place" % 65536
            ) = 1
          )
          THEN 1
          WHEN (
            (
              "t4"."next_place" % 65536
            ) = 2
          )
          OR (
            (
              "t4"."next_place" >= 65536
            ) <> "t4"."lap"
          )
          THEN 2
          ELSE "t4"."next_place" % 65536
        END AS "left_to",
        CASE
          WHEN (
            "t4"."next_case" = "t4"."case"
          )
          AND (
            (
              "t4"."next_place" % 65536
            ) = 1
          )
          AND (
            (
              "t4"."next_at" - "t4"."at"
            ) >= 4611686018427387904
          )
          THEN "t4"."at"
          ELSE "t4"."next_at"
        END AS "left",
        CASE
          WHEN (
            "t4"."next_case" = "t4"."case"
          )
          AND (
            (
              "t4"."next_place" % 65536
            ) = 1
          )
          THEN "t4"."next_at"
          ELSE CAST(NULL AS BIGINT)
        END AS "lost_at"
      FROM (
        SELECT
          "t3"."case",
          "t3"."at",
          "t3"."seq",
          "t3"."place",
          "t3"."type",
          "t3"."next_case",
          "t3"."next_place",
          "t3"."next_at",
          "t3"."entered",
          "t3"."code",
          "t3"."lap",
          "t3"."before",
          "t3"."place_before",
          "t3"."entered_before",
          "t3"."case_two_before",
          "t3"."place_two_before",
          (
            CAST("t3"."case" AS BIGINT) * 1048576
          ) + SUM(
            CAST((
              "t3"."code" >= 3
            )
            AND (
              (
                "t3"."before" <> "t3"."case"
              )
              OR "t3"."place_before" % 65536 IN (0, 2)
              OR (
                (
                  "t3"."place_before" >= 65536
                ) <> "t3"."lap"
              )
              OR (
                (
                  (
                    "t3"."place_before" % 65536
                  ) = 1
                )
                AND (
                  (
                    "t3"."case_two_before" <> "t3"."case"
                  )
                  OR "t3"."place_two_before" % 65536 IN (0, 2)
                  OR (
                    (
                      "t3"."entered" - "t3"."entered_before"
                    ) > 0
                  )
                )
              )
            ) AS BIGINT)
          ) OVER (
            PARTITION BY "t3"."case"
            ORDER BY "t3"."at" ASC, "t3"."seq" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS "trip"
        FROM (
          SELECT
            "t2"."case",
            "t2"."at",
            "t2"."seq",
            "t2"."place",
            "t2"."type",
            "t2"."next_case",
            "t2"."next_place",
            "t2"."next_at",
            "t2"."entered",
            "t2"."code",
            "t2"."lap",
            LAG("t2"."case", 1, -1) OVER (
              PARTITION BY "t2"."case"
              ORDER BY "t2"."at" ASC, "t2"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "before",
            LAG("t2"."place", 1, -1) OVER (
              PARTITION BY "t2"."case"
              ORDER BY "t2"."at" ASC, "t2"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "place_before",
            LAG("t2"."entered", 1, -1) OVER (
              PARTITION BY "t2"."case"
              ORDER BY "t2"."at" ASC, "t2"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "entered_before",
            LAG("t2"."case", 2, -1) OVER (
              PARTITION BY "t2"."case"
              ORDER BY "t2"."at" ASC, "t2"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "case_two_before",
            LAG("t2"."place", 2, -1) OVER (
              PARTITION BY "t2"."case"
              ORDER BY "t2"."at" ASC, "t2"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "place_two_before"
          FROM (
            SELECT
              "t1"."case",
              "t1"."at",
              "t1"."seq",
              "t1"."place",
              "t1"."type",
              "t1"."next_case",
              "t1"."next_place",
              "t1"."next_at",
              "t1"."at" AS "entered",
              "t1"."place" AS "code",
              FALSE AS "lap"
            FROM (
              SELECT
                "t0"."case",
                "t0"."at",
                "t0"."seq",
                "t0"."place",
                "t0"."type",
                LEAD("t0"."case", 1, -1) OVER (
                  PARTITION BY "t0"."case"
                  ORDER BY "t0"."at" ASC, "t0"."seq" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) AS "next_case",
                LEAD("t0"."place", 1, -1) OVER (
                  PARTITION BY "t0"."case"
                  ORDER BY "t0"."at" ASC, "t0"."seq" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) AS "next_place",
                LEAD("t0"."at", 1, -1) OVER (
                  PARTITION BY "t0"."case"
                  ORDER BY "t0"."at" ASC, "t0"."seq" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) AS "next_at"
              FROM "touches" AS "t0"
            ) AS "t1"
          ) AS "t2"
        ) AS "t3"
      ) AS "t4"
      WHERE
        "t4"."code" >= 3
    ) AS "t5"
  ) AS "t6"
)
