-- Of videos of other servers: where they live there, beside their row in videos. Their bytes are fetched from there by who watches.
create table remote_videos (
  video_id integer primary key references videos (id) on delete cascade,
  -- Its address, which is its name everywhere.
  uri text not null unique,
  -- Its page there.
  page_url text not null,
  -- Playlist of HLS, and the list of hashes of its parts.
  master_url text,
  hashes_url text,
  -- Where its pictures are, before they are fetched.
  thumbnail_url text,
  preview_url text,
  fetched_at integer not null
) strict;
create table remote_files (
  id integer primary key,
  video_id integer not null references remote_videos (video_id) on delete cascade,
  hls integer not null check (hls in (0, 1)),
  url text not null,
  resolution integer not null,
  width integer not null,
  height integer not null,
  fps integer not null,
  size integer not null,
  has_video integer not null check (has_video in (0, 1)),
  has_audio integer not null check (has_audio in (0, 1))
) strict;
create index remote_files_of_video on remote_files (video_id);
