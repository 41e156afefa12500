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
    "t11"."visit",
    "t11"."trip",
    "t11"."case",
    "t11"."stage",
    "t11"."entered",
    CASE
      WHEN "t11"."left_to" IN (0, -1)
      AND (
        (
          86400000000000 - "t11"."active_at"
        ) >= CASE
          WHEN "t11"."stage" = 3
          THEN 1728000000000
          WHEN "t11"."stage" = 4
          THEN 2592000000000
          WHEN "t11"."stage" = 5
          THEN 3456000000000
          ELSE 4611686018427387904
        END
      )
      THEN "t11"."active_at"
      WHEN "t11"."left_to" IN (0, -1)
      THEN 86400000000000
      ELSE "t11"."left"
    END AS "left",
    CASE
      WHEN "t11"."left_to" IN (0, -1)
      AND (
        (
          86400000000000 - "t11"."active_at"
        ) >= CASE
          WHEN "t11"."stage" = 3
          THEN 1728000000000
          WHEN "t11"."stage" = 4
          THEN 2592000000000
          WHEN "t11"."stage" = 5
          THEN 3456000000000
          ELSE 4611686018427387904
        END
      )
      THEN -1
      WHEN "t11"."left_to" IN (0, -1)
      THEN 0
      ELSE "t11"."left_to"
    END AS "left_to",
    "t11"."lost_at",
    "t11"."active_at",
    "t11"."active_type"
  FROM (
    SELECT
      ROW_NUMBER() OVER (
        PARTITION BY "t10"."case"
        ORDER BY "t10"."at" ASC, "t10"."seq" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1 AS "visit",
      "t10"."trip",
      "t10"."case",
      "t10"."code" AS "stage",
      "t10"."entered",
      "t10"."left",
      CASE
        WHEN (
          LEAD("t10"."trip", 1, -1) OVER (
            PARTITION BY "t10"."case"
            ORDER BY "t10"."at" ASC, "t10"."seq" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) = "t10"."trip"
        )
        AND (
          "t10"."left_to" = 1
        )
        THEN -2
        ELSE "t10"."left_to"
      END AS "left_to",
      "t10"."lost_at",
      "t10"."at" AS "active_at",
      "t10"."type" AS "active_type"
    FROM (
      SELECT
        "t9"."case",
        "t9"."at",
        "t9"."seq",
        "t9"."place",
        "t9"."type",
        "t9"."next_case",
        "t9"."next_place",
        "t9"."next_at",
        "t9"."first_of_case",
        "t9"."entered",
        "t9"."code",
        "t9"."lap",
        "t9"."before",
        "t9"."place_before",
        "t9"."entered_before",
        "t9"."case_two_before",
        "t9"."place_two_before",
        "t9"."trip",
        CASE
          WHEN NOT (
            "t9"."next_case" = "t9"."case"
          )
          THEN 0
          WHEN (
            "t9"."next_case" = "t9"."case"
          )
          AND (
            (
              "t9"."next_place" % 65536
            ) = 1
          )
          THEN 1
          WHEN (
            (
              "t9"."next_place" % 65536
            ) = 2
          )
          OR (
            (
              "t9"."next_place" >= 65536
            ) <> "t9"."lap"
          )
          THEN 2
          ELSE "t9"."next_place" % 65536
        END AS "left_to",
        CASE
          WHEN (
            "t9"."next_case" = "t9"."case"
          )
          AND (
            (
              "t9"."next_place" % 65536
            ) = 1
          )
          AND (
            (
              "t9"."next_at" - "t9"."at"
            ) >= CASE
              WHEN "t9"."code" = 3
              THEN 1728000000000
              WHEN "t9"."code" = 4
              THEN 2592000000000
              WHEN "t9"."code" = 5
              THEN 3456000000000
              ELSE 4611686018427387904
            END
          )
          THEN "t9"."at"
          ELSE "t9"."next_at"
        END AS "left",
        CASE
          WHEN (
            "t9"."next_case" = "t9"."case"
          )
          AND (
            (
              "t9"."next_place" % 65536
            ) = 1
          )
          THEN "t9"."next_at"
          ELSE CAST(NULL AS BIGINT)
        END AS "lost_at"
      FROM (
        SELECT
          "t8"."case",
          "t8"."at",
          "t8"."seq",
          "t8"."place",
          "t8"."type",
          "t8"."next_case",
          "t8"."next_place",
          "t8"."next_at",
          "t8"."first_of_case",
          "t8"."entered",
          "t8"."code",
          "t8"."lap",
          "t8"."before",
          "t8"."place_before",
          "t8"."entered_before",
          "t8"."case_two_before",
          "t8"."place_two_before",
          (
            CAST("t8"."case" AS BIGINT) * 1048576
          ) + SUM(
            CAST((
              "t8"."code" >= 3
            )
            AND (
              (
                "t8"."before" <> "t8"."case"
              )
              OR "t8"."place_before" % 65536 IN (0, 2)
              OR (
                (
                  "t8"."place_before" >= 65536
                ) <> "t8"."lap"
              )
              OR (
                (
                  (
                    "t8"."place_before" % 65536
                  ) = 1
                )
                AND (
                  (
                    "t8"."case_two_before" <> "t8"."case"
                  )
                  OR "t8"."place_two_before" % 65536 IN (0, 2)
                  OR (
                    (
                      "t8"."entered" - "t8"."entered_before"
                    ) > 7776000000000
                  )
                )
              )
            ) AS BIGINT)
          ) OVER (
            PARTITION BY "t8"."case"
            ORDER BY "t8"."at" ASC, "t8"."seq" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS "trip"
        FROM (
          SELECT
            "t7"."case",
            "t7"."at",
            "t7"."seq",
            "t7"."place",
            "t7"."type",
            "t7"."next_case",
            "t7"."next_place",
            "t7"."next_at",
            "t7"."first_of_case",
            "t7"."entered",
            "t7"."code",
            "t7"."lap",
            LAG("t7"."case", 1, -1) OVER (
              PARTITION BY "t7"."case"
              ORDER BY "t7"."at" ASC, "t7"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "before",
            LAG("t7"."place", 1, -1) OVER (
              PARTITION BY "t7"."case"
              ORDER BY "t7"."at" ASC, "t7"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "place_before",
            LAG("t7"."entered", 1, -1) OVER (
              PARTITION BY "t7"."case"
              ORDER BY "t7"."at" ASC, "t7"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "entered_before",
            LAG("t7"."case", 2, -1) OVER (
              PARTITION BY "t7"."case"
              ORDER BY "t7"."at" ASC, "t7"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "case_two_before",
            LAG("t7"."place", 2, -1) OVER (
              PARTITION BY "t7"."case"
              ORDER BY "t7"."at" ASC, "t7"."seq" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "place_two_before"
          FROM (
            SELECT
              "t6"."case",
              "t6"."at",
              "t6"."seq",
              "t6"."place",
              "t6"."type",
              "t6"."next_case",
              "t6"."next_place",
              "t6"."next_at",
              "t6"."first_of_case",
              LAG("t6"."next_at", 1, "t6"."first_of_case") OVER (
                PARTITION BY "t6"."case"
                ORDER BY "t6"."at" ASC, "t6"."seq" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              ) AS "entered",
              "t6"."place" % 65536 AS "code",
              "t6"."place" >= 65536 AS "lap"
            FROM (
              SELECT
                "t5"."case",
                "t5"."at",
                "t5"."seq",
                "t5"."place",
                "t5"."type",
                "t5"."next_case",
                "t5"."next_place",
                "t5"."next_at",
                "t2"."first_of_case"
              FROM (
                SELECT
                  *
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
                ) AS "t3"
                WHERE
                  (
                    "t3"."next_case" <> "t3"."case"
                  ) OR (
                    "t3"."next_place" <> "t3"."place"
                  )
              ) AS "t5"
              INNER JOIN (
                SELECT
                  "t0"."case",
                  MIN("t0"."at") AS "first_of_case"
                FROM "touches" AS "t0"
                GROUP BY
                  1
              ) AS "t2"
                ON "t5"."case" = "t2"."case"
            ) AS "t6"
          ) AS "t7"
        ) AS "t8"
      ) AS "t9"
      WHERE
        "t9"."code" >= 3
    ) AS "t10"
  ) AS "t11"
)
