-- name: hold_outbox
-- What was on its way when the copy was made may have left since: a person decides.
UPDATE outbox SET state = 'uncertain', error = '', claimed_until = 0, updated_at = :now WHERE state IN ('queued', 'sending');

-- name: free_leases
UPDATE leases SET until_at = 0 WHERE until_at <> 0;
