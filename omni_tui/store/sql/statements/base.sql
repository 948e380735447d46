-- name: counters
SELECT name, value FROM counters;

-- name: set_counter
UPDATE counters SET value = :value WHERE name = :name;

-- name: counter
SELECT value FROM counters WHERE name = :name;

-- name: insert_change
INSERT INTO changes (seq, at, entity, entity_id) VALUES (:seq, :at, :entity, :entity_id);

-- name: changes_after
SELECT seq, at, entity, entity_id FROM changes WHERE seq > :seq ORDER BY seq LIMIT :limit;

-- name: first_change
SELECT seq FROM changes ORDER BY seq LIMIT 1;

-- name: prune_changes
DELETE FROM changes WHERE at < :before;

-- name: store_key
SELECT value FROM store_keys WHERE name = :name;

-- name: insert_store_key
INSERT INTO store_keys (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

-- name: lease
SELECT owner, epoch, until_at FROM leases WHERE name = :name;

-- name: lease_epoch
SELECT epoch FROM leases WHERE name = :name;

-- name: take_lease
INSERT INTO leases (name, owner, epoch, until_at) VALUES (:name, :owner, 1, :until)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = leases.epoch + 1, until_at = excluded.until_at
 WHERE leases.until_at <= :now
RETURNING epoch;

-- name: renew_lease
-- One that ran out is still ours while nobody else has taken it; one given back (0) is not.
UPDATE leases SET until_at = :until WHERE name = :name AND owner = :owner AND epoch = :epoch AND until_at > 0 RETURNING epoch;

-- name: release_lease
UPDATE leases SET until_at = 0 WHERE name = :name AND owner = :owner AND epoch = :epoch;

-- name: insert_blob
INSERT INTO blobs (sha256, size, created_at) VALUES (:sha256, :size, :now) ON CONFLICT (sha256) DO NOTHING;

-- name: begin_blob
INSERT INTO blobs (sha256, size, created_at) VALUES (:sha256, :size, :now)
ON CONFLICT (sha256) DO UPDATE SET created_at = excluded.created_at;

-- name: count_blob_chunks
SELECT count(*) AS n FROM blob_chunks WHERE sha256 = :sha256 AND n < :before;

-- name: insert_blob_chunk
INSERT INTO blob_chunks (sha256, n, data) VALUES (:sha256, :n, :data) ON CONFLICT (sha256, n) DO NOTHING;

-- name: blob_chunks
SELECT data FROM blob_chunks WHERE sha256 = :sha256 ORDER BY n;
