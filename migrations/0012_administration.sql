-- Pictures of the instance itself, one row per size. `kind` is that of PeerTube: avatar, banner, favicon, header-square (the sign in
-- the head of every page), opengraph (for previews elsewhere).
create table instance_images (
  file text primary key,
  kind text not null check (kind in ('avatar', 'banner', 'favicon', 'header-square', 'opengraph')),
  width integer not null,
  height integer not null,
  created_at integer not null
) strict, without rowid;

-- Letters of strangers to those who run the instance, until the mail server has taken them.
create table contact_letters (
  id integer primary key,
  from_name text not null,
  from_email text not null,
  subject text not null,
  body text not null,
  created_at integer not null
) strict;

-- The staff's list holds every video, whatever its privacy and state, in each order that it offers; the columns that it
-- filters by are in the index, so that what is left out is left out without reading rows.
create index videos_all_created on videos (created_at desc, id desc, privacy, state);
create index videos_all_viewed on videos (views desc, id desc, privacy, state);
create index videos_all_sized on videos (files_size desc, id desc, privacy, state);
create index videos_all_named on videos (name collate nocase desc, id desc, privacy, state);
