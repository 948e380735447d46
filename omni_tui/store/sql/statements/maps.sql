-- name: map_words
SELECT word, number FROM search_map_words;

-- name: insert_map_word
INSERT INTO search_map_words (word, number) VALUES (:word, :number);

-- name: delete_map_words
DELETE FROM search_map_words;

-- name: delete_maps
DELETE FROM search_maps WHERE place IN (SELECT place FROM search_maps ORDER BY place LIMIT :limit);

-- name: set_map
INSERT INTO search_maps (place, bits) VALUES (:place, :bits) ON CONFLICT (place) DO UPDATE SET bits = excluded.bits;

-- name: delete_map
DELETE FROM search_maps WHERE place = :place;

-- name: maps_of_part
SELECT w.number, m.bits FROM search_map_words w JOIN search_maps m ON m.place = w.number * 1048576 + :part;

-- name: span_of_refs
SELECT (SELECT min(ref) FROM conversations) AS first, (SELECT max(ref) FROM conversations) AS last;

-- name: ref_from
SELECT ref FROM conversations WHERE ref >= :ref ORDER BY ref LIMIT 1;

-- name: unmapped_by_part
-- How many conversations of a part may have bits that are missing, and of how many some may be too many.
SELECT ref / 4096 AS part, count(*) AS all_of_them, sum(lasting % 2) AS lasting FROM search_unmapped GROUP BY ref / 4096;

-- name: unmapped
SELECT ref FROM search_unmapped WHERE ref >= :first AND ref < :beyond AND lasting % 2 = 0 ORDER BY ref LIMIT :limit;

-- name: begin_mapping_part
UPDATE search_unmapped SET lasting = lasting + 2 WHERE ref >= :first AND ref < :beyond AND lasting < 2;

-- name: end_mapping_part
DELETE FROM search_unmapped WHERE ref >= :first AND ref < :beyond AND lasting >= 2;

-- name: begin_mapping
UPDATE search_unmapped SET lasting = 2 WHERE ref = :ref AND lasting = 0;

-- name: end_mapping
DELETE FROM search_unmapped WHERE ref = :ref AND lasting = 2;
