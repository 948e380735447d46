-- Before the words of the maps are chosen nothing is to be told.
-- What comes in or goes in one statement is looked at together, by triggers of the statement. Each number stands once:
-- an upsert may not meet a row twice. The bodies are plain strings, for whoever cuts this file into statements.
CREATE FUNCTION search_unmapped_begun() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  INSERT INTO search_unmapped (ref) SELECT n.ref FROM new_rows n
  ON CONFLICT (ref) DO UPDATE SET lasting = search_unmapped.lasting - 2 WHERE search_unmapped.lasting > 1;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_begun AFTER INSERT ON conversations REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_unmapped_begun();

CREATE FUNCTION search_unmapped_words() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  INSERT INTO search_unmapped (ref)
  SELECT v.ref FROM new_rows n JOIN conversations v ON v.id = n.conversation_id WHERE n.kind = ''message''
  UNION
  SELECT v.ref FROM new_rows n JOIN customers c ON c.root_id = n.entity_id JOIN conversations v ON v.customer_id = c.id
   WHERE n.kind = ''customer''
  ON CONFLICT (ref) DO UPDATE SET lasting = search_unmapped.lasting - 2 WHERE search_unmapped.lasting > 1;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_words AFTER INSERT ON search_docs REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_unmapped_words();

-- What may take words away.
CREATE FUNCTION search_unmapped_gone() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  INSERT INTO search_unmapped (ref, lasting) SELECT o.ref, 1 FROM old_rows o
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE search_unmapped.lasting <> 1;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_gone AFTER DELETE ON conversations REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_unmapped_gone();

CREATE FUNCTION search_unmapped_words_gone() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  INSERT INTO search_unmapped (ref, lasting)
  SELECT v.ref, 1 FROM old_rows o JOIN conversations v ON v.id = o.conversation_id WHERE o.kind = ''message''
  UNION
  SELECT v.ref, 1 FROM old_rows o JOIN customers c ON c.root_id = o.entity_id
    JOIN conversations v ON v.customer_id = c.id WHERE o.kind = ''customer''
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE search_unmapped.lasting <> 1;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_words_gone AFTER DELETE ON search_docs REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION search_unmapped_words_gone();

CREATE FUNCTION search_unmapped_other_customer() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  INSERT INTO search_unmapped (ref, lasting) VALUES (new.ref, 1)
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE search_unmapped.lasting <> 1;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_other_customer AFTER UPDATE OF customer_id ON conversations FOR EACH ROW
  WHEN (old.customer_id <> new.customer_id) EXECUTE FUNCTION search_unmapped_other_customer();

CREATE FUNCTION search_unmapped_other_root() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  INSERT INTO search_unmapped (ref, lasting) SELECT v.ref, 1 FROM conversations v WHERE v.customer_id = new.id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE search_unmapped.lasting <> 1;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_other_root AFTER UPDATE OF root_id ON customers FOR EACH ROW
  WHEN (old.root_id <> new.root_id) EXECUTE FUNCTION search_unmapped_other_root();

CREATE FUNCTION search_unmapped_message_moved() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  INSERT INTO search_unmapped (ref, lasting) SELECT v.ref, 1 FROM conversations v WHERE v.id = old.conversation_id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE search_unmapped.lasting <> 1;
  INSERT INTO search_unmapped (ref) SELECT v.ref FROM conversations v WHERE v.id = new.conversation_id
  ON CONFLICT (ref) DO UPDATE SET lasting = search_unmapped.lasting - 2 WHERE search_unmapped.lasting > 1;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_message_moved AFTER UPDATE OF conversation_id ON search_docs FOR EACH ROW
  WHEN (old.conversation_id <> new.conversation_id) EXECUTE FUNCTION search_unmapped_message_moved();

CREATE FUNCTION search_unmapped_words_anew() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
  IF (SELECT value FROM counters WHERE name = ''maps_next'') = 0 THEN RETURN NULL; END IF;
  IF new.kind = ''message'' THEN
    INSERT INTO search_unmapped (ref, lasting) SELECT v.ref, 1 FROM conversations v WHERE v.id = new.conversation_id
    ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE search_unmapped.lasting <> 1;
  ELSE
    INSERT INTO search_unmapped (ref, lasting)
    SELECT v.ref, 1 FROM customers c JOIN conversations v ON v.customer_id = c.id WHERE c.root_id = new.entity_id
    ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE search_unmapped.lasting <> 1;
  END IF;
  RETURN NULL;
END';
CREATE TRIGGER search_unmapped_words_anew AFTER UPDATE OF tokens ON search_docs FOR EACH ROW
  EXECUTE FUNCTION search_unmapped_words_anew();
