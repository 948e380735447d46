-- How many conversations a channel has is told to the planner, which otherwise takes them for few, and sorts all of them for
-- each part of a list that is narrowed by channel.
CREATE STATISTICS conversations_of_channel ON (COALESCE(channel_id, '')) FROM conversations;
