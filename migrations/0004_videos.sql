create table videos (
  id integer primary key,
  -- Text with dashes.
  uuid text not null unique,
  group_id integer not null references groups (id) on delete cascade,
  origin text,
  name text not null,
  description text,
  support text,
  -- PeerTube's numbers and names; null is unknown.
  category integer,
  licence integer,
  language text,
  -- 1 public, 2 unlisted, 3 private, 4 internal, 5 password.
  privacy integer not null check (privacy between 1 and 5),
  -- 1 published, 2 to transcode, 7 transcoding failed; PeerTube's numbers.
  state integer not null,
  -- Publish only when every rendition is there.
  wait_transcoding integer not null default 0 check (wait_transcoding in (0, 1)),
  sensitive integer not null default 0 check (sensitive in (0, 1)),
  sensitive_flags integer not null default 0,
  sensitive_summary text,
  comments_policy integer not null default 1 check (comments_policy in (1, 2, 3)),
  download_enabled integer not null default 1 check (download_enabled in (0, 1)),
  -- Milliseconds; 0 until the source was probed.
  duration_ms integer not null default 0,
  -- As displayed.
  width integer,
  height integer,
  views integer not null default 0,
  -- How much it is watched lately, as log2 of a sum in which a view weighs twice that of three days before (see
  -- src/videos/views.rs). Comparable at any time without being touched, so it can be an index.
  heat real not null default 0,
  likes integer not null default 0,
  dislikes integer not null default 0,
  -- Why it cannot be played: a stable code and a sentence, when state is 7.
  failure_code text,
  failure text,
  created_at integer not null,
  updated_at integer not null,
  -- Null until it may be seen.
  published_at integer,
  originally_published_at integer,
  -- Publish at this moment with this privacy.
  scheduled_at integer,
  scheduled_privacy integer
) strict;
-- What lists show, in each order that a list can have; the columns that filters ask for are in the index, so that a
-- page far down is counted off without reading rows. Queries name the same conditions word by word.
create index videos_published on videos (published_at desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_created on videos (created_at desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_originally on videos (originally_published_at desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_viewed on videos (views desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_liked on videos (likes desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_hot on videos (heat desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_named on videos (name collate nocase desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_long on videos (duration_ms desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
create index videos_of_category on videos (category, published_at desc, id desc) where privacy in (1, 4) and state = 1;
create index videos_of_language on videos (language, published_at desc, id desc) where privacy in (1, 4) and state = 1;
create index videos_of_group on videos (group_id, published_at desc, id desc, privacy, sensitive, state);
create index videos_scheduled on videos (scheduled_at) where scheduled_at is not null;

-- How many videos of each group lists can show, so that a list of 100,000 need not count them.
create table video_counts (
  group_id integer not null,
  privacy integer not null,
  sensitive integer not null,
  local integer not null,
  videos integer not null,
  primary key (group_id, privacy, sensitive, local)
) strict, without rowid;
create trigger videos_counted_in after insert on videos when new.state = 1 and new.privacy in (1, 4) begin
  insert into video_counts values (new.group_id, new.privacy, new.sensitive, new.origin is null, 1)
    on conflict do update set videos = videos + 1;
end;
create trigger videos_counted_out after delete on videos when old.state = 1 and old.privacy in (1, 4) begin
  update video_counts set videos = videos - 1
    where (group_id, privacy, sensitive, local) = (old.group_id, old.privacy, old.sensitive, old.origin is null);
end;
create trigger videos_counted_anew after update of state, privacy, sensitive, group_id on videos begin
  update video_counts set videos = videos - 1
    where (group_id, privacy, sensitive, local) = (old.group_id, old.privacy, old.sensitive, old.origin is null)
      and old.state = 1 and old.privacy in (1, 4);
  insert into video_counts select new.group_id, new.privacy, new.sensitive, new.origin is null, 1
    where new.state = 1 and new.privacy in (1, 4)
    on conflict do update set videos = videos + 1;
end;

-- Keys that sign what the server hands out (see src/videos/tokens.rs). Made when first needed.
create table signing_keys (
  name text primary key,
  key blob not null
) strict, without rowid;

create table tags (
  video_id integer not null references videos (id) on delete cascade,
  position integer not null,
  tag text not null collate nocase,
  primary key (video_id, position)
) strict, without rowid;
create index tags_by_name on tags (tag);

create table video_passwords (
  id integer primary key,
  video_id integer not null references videos (id) on delete cascade,
  password text not null,
  created_at integer not null,
  unique (video_id, password)
) strict;

create table chapters (
  video_id integer not null references videos (id) on delete cascade,
  start_ms integer not null,
  title text not null,
  primary key (video_id, start_ms)
) strict, without rowid;

create table captions (
  video_id integer not null references videos (id) on delete cascade,
  language text not null,
  -- Name under media/captions, new at each change.
  file text not null unique,
  generated integer not null default 0 check (generated in (0, 1)),
  updated_at integer not null,
  primary key (video_id, language)
) strict, without rowid;

-- The file as it was sent. Kept until every rendition is made, longer when settings say so.
create table sources (
  video_id integer primary key references videos (id) on delete cascade,
  -- Name under media/sources; null when it was removed.
  file text,
  -- What the sender called it.
  filename text not null,
  size integer not null,
  -- SourceInfo as JSON, null until probed.
  info text check (info is null or json_valid(info)),
  -- The ladder's Plan as JSON, kept so that a transcode that goes on after a restart makes what it began.
  plan text check (plan is null or json_valid(plan)),
  -- What was unusual about making it, as a sentence: a chip that failed and was replaced by software.
  note text,
  created_at integer not null
) strict;

-- One row per rendition that is whole, and per one that is being made (size null).
create table renditions (
  id integer primary key,
  video_id integer not null references videos (id) on delete cascade,
  -- 'hls' (fragmented, with a playlist) or 'web' (progressive).
  kind text not null check (kind in ('hls', 'web')),
  -- PeerTube's resolution: the short side; 0 is sound only.
  resolution integer not null,
  width integer not null,
  height integer not null,
  fps integer not null,
  -- Of the media file; and of its playlist for HLS.
  file text not null unique,
  playlist text unique,
  codecs text,
  has_video integer not null check (has_video in (0, 1)),
  has_audio integer not null check (has_audio in (0, 1)),
  copied integer not null default 0 check (copied in (0, 1)),
  -- Bytes; null until it is whole.
  size integer,
  bit_rate integer,
  created_at integer not null,
  ready_at integer,
  unique (video_id, kind, resolution)
) strict;

-- Names of the master playlist and the list of hashes; new ones at each change, so that no cache serves an old one.
create table hls_playlists (
  video_id integer primary key references videos (id) on delete cascade,
  master text not null unique,
  hashes text unique,
  -- Still being encoded: the playlists grow.
  growing integer not null check (growing in (0, 1)),
  updated_at integer not null
) strict;

-- Pictures of a video: 'thumbnail' (280x157), 'preview' (850x480), 'storyboard'.
create table video_images (
  video_id integer not null references videos (id) on delete cascade,
  kind text not null check (kind in ('thumbnail', 'preview', 'storyboard')),
  file text not null unique,
  width integer not null,
  height integer not null,
  -- Of a storyboard.
  sprite_width integer,
  sprite_height integer,
  sprite_seconds integer,
  -- Chosen by a person: automatic ones do not replace it.
  chosen integer not null default 0 check (chosen in (0, 1)),
  created_at integer not null,
  primary key (video_id, kind)
) strict, without rowid;

-- Where people stopped watching.
create table watch_positions (
  account_id integer not null references accounts (id) on delete cascade,
  video_id integer not null references videos (id) on delete cascade,
  seconds integer not null,
  updated_at integer not null,
  primary key (account_id, video_id)
) strict, without rowid;
create index watch_positions_recent on watch_positions (account_id, updated_at desc);

-- Full text over the videos that lists can show; accents folded; the beginnings of words are indexed up to five letters. Written by
-- src/videos/store/index.rs.
create virtual table videos_fts using fts5 (
  name, description, tags, group_name,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3 4 5'
);
