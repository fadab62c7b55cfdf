-- Playlists: films that somebody put in a row.

create table playlists (
  id integer primary key,
  uuid text not null unique,
  -- Whose it is.
  account_id integer not null references accounts (id) on delete cascade,
  -- The group that publishes it; null when it is the account's alone.
  group_id integer references groups (id) on delete cascade,
  -- Place among those of the group, from 1 without a gap.
  group_position integer,
  name text not null,
  description text,
  -- 1 public, 2 unlisted, 3 private, as in PeerTube.
  privacy integer not null check (privacy in (1, 2, 3)),
  -- 1 made by a person, 2 what an account wants to watch later: each has one.
  kind integer not null check (kind in (1, 2)),
  -- Name under media/pictures of the picture that a person chose; without one its first film lends its own.
  picture text unique,
  -- How many elements it has; written by the triggers below.
  length integer not null default 0,
  created_at integer not null,
  updated_at integer not null,
  check (kind = 1 or (privacy = 3 and group_id is null)),
  check (privacy = 3 or group_id is not null)
) strict;
create index playlists_of_account on playlists (account_id, created_at);
create unique index playlists_watch_later on playlists (account_id) where kind = 2;
create index playlists_of_group on playlists (group_id, group_position) where group_id is not null;
create index playlists_public_by_creation on playlists (created_at, id) where privacy = 1;
create index playlists_public_by_change on playlists (updated_at, id) where privacy = 1;
create index playlists_public_by_name on playlists (name collate nocase, id) where privacy = 1;

-- The films of playlists, in order.
create table playlist_elements (
  id integer primary key,
  playlist_id integer not null references playlists (id) on delete cascade,
  -- From 1 without a gap. Not unique: while places are exchanged two have the same.
  position integer not null,
  -- Null when the film is gone: its place stays, and tells so.
  video_id integer references videos (id) on delete set null,
  -- Seconds of the film between which it is played.
  start_seconds integer,
  stop_seconds integer,
  created_at integer not null
) strict;
create index playlist_elements_in_order on playlist_elements (playlist_id, position);
create index playlist_elements_of_video on playlist_elements (video_id, playlist_id) where video_id is not null;

create trigger playlist_grows after insert on playlist_elements begin
  update playlists set length = length + 1 where id = new.playlist_id;
end;
create trigger playlist_shrinks after delete on playlist_elements begin
  update playlists set length = length - 1 where id = old.playlist_id;
end;

-- Full text over public playlists, as videos_fts is over videos. Written by src/playlists/store.
create virtual table playlists_fts using fts5 (
  name, description,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3 4 5'
);

-- Who was here before has something to watch later too. The name is a random UUID of version 4.
insert into playlists (uuid, account_id, name, privacy, kind, created_at, updated_at)
  select lower(substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-4' || substr(hex, 14, 3) || '-8' || substr(hex, 18, 3)
           || '-' || substr(hex, 21, 12)),
         id, 'Watch later', 3, 2, created_at, created_at
  from (select accounts.id, accounts.created_at, hex(randomblob(16)) as hex
        from accounts join logins on logins.account_id = accounts.id order by accounts.id limit -1);
