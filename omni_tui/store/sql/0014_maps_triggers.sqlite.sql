-- What may take words away from a conversation. (What only adds some is told by Writer.finish: see store/maps/noted.py.)
-- Before the words of the maps are chosen nothing is to be told.
CREATE TRIGGER search_unmapped_gone AFTER DELETE ON conversations
  WHEN (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting) VALUES (old.ref, 1)
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
END;
CREATE TRIGGER search_unmapped_other_customer AFTER UPDATE OF customer_id ON conversations
  WHEN old.customer_id <> new.customer_id AND (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting) VALUES (new.ref, 1)
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
END;
CREATE TRIGGER search_unmapped_other_root AFTER UPDATE OF root_id ON customers
  WHEN old.root_id <> new.root_id AND (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting) SELECT v.ref, 1 FROM conversations v WHERE v.customer_id = new.id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
END;
CREATE TRIGGER search_unmapped_message_gone AFTER DELETE ON search_docs
  WHEN old.kind = 'message' AND (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting) SELECT v.ref, 1 FROM conversations v WHERE v.id = old.conversation_id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
END;
CREATE TRIGGER search_unmapped_customer_gone AFTER DELETE ON search_docs
  WHEN old.kind = 'customer' AND (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting)
  SELECT v.ref, 1 FROM customers c CROSS JOIN conversations v WHERE c.root_id = old.entity_id AND v.customer_id = c.id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
END;
CREATE TRIGGER search_unmapped_message_moved AFTER UPDATE OF conversation_id ON search_docs
  WHEN old.conversation_id <> new.conversation_id AND (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting) SELECT v.ref, 1 FROM conversations v WHERE v.id = old.conversation_id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
  INSERT INTO search_unmapped (ref) SELECT v.ref FROM conversations v WHERE v.id = new.conversation_id
  ON CONFLICT (ref) DO UPDATE SET lasting = lasting - 2 WHERE lasting > 1;
END;
CREATE TRIGGER search_unmapped_message_anew AFTER UPDATE OF tokens ON search_docs
  WHEN new.kind = 'message' AND (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting) SELECT v.ref, 1 FROM conversations v WHERE v.id = new.conversation_id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
END;
CREATE TRIGGER search_unmapped_customer_anew AFTER UPDATE OF tokens ON search_docs
  WHEN new.kind = 'customer' AND (SELECT value FROM counters WHERE name = 'maps_next') > 0 BEGIN
  INSERT INTO search_unmapped (ref, lasting)
  SELECT v.ref, 1 FROM customers c CROSS JOIN conversations v WHERE c.root_id = new.entity_id AND v.customer_id = c.id
  ON CONFLICT (ref) DO UPDATE SET lasting = 1 WHERE lasting <> 1;
END;
