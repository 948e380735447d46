-- Which conversations have a frequent word, as bits by their numbers (store/maps): derived, and made by the engine.
CREATE TABLE search_map_words (word TEXT PRIMARY KEY, number BIGINT NOT NULL) /*strict*/;
-- place: the word's number << 20 | which 4096 conversations.
CREATE TABLE search_maps (place /*pk*/, bits /*blob*/ NOT NULL) /*strict*/;

-- Conversations whose bits may be wrong or missing: the triggers search_unmapped_* put them here, and on SQLite Writer.
-- lasting: 0 bits may be missing; 1 some may be too many, which only making their part anew takes out; 2 more (2, 3)
-- while somebody reads their documents: what is touched meanwhile is 0 or 1 again, and stays.
CREATE TABLE search_unmapped (ref /*pk*/, lasting BIGINT NOT NULL DEFAULT 0) /*strict*/;

-- 'maps_ready': whether the maps are whole. The others are of who makes them: whose turn it is, the next part to be
-- made, how many conversations there were when the words were chosen, and the segmentation of these words.
INSERT INTO counters (name, value)
VALUES ('maps_ready', 0), ('maps_turn', 0), ('maps_next', 0), ('maps_size', 0), ('maps_segmentation', 0);

UPDATE counters SET value = 14 WHERE name = 'schema';
