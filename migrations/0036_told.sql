-- Public videos of this server that others were told of. Outlives the video until they are told that it is gone.
create table told_videos (
  uuid text primary key,
  -- Who said so: the owner of its group, and its group.
  account_id integer references accounts (id) on delete cascade,
  group_id integer references groups (id) on delete set null,
  -- SHA-256 of what they were told, without what changes by itself.
  hash blob not null,
  told_at integer not null
) strict, without rowid;
-- Who follows from elsewhere is found without reading all who follow.
create index follows_of_group_from_elsewhere on follows (group_id, follower_id) where uri is not null and group_id is not null;
create index follows_of_account_from_elsewhere on follows (account_id, follower_id) where uri is not null and account_id is not null;
