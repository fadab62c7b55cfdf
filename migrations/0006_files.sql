-- Sources are asked for by name: by those who download them, and at each start for what a crash left behind.
create unique index sources_by_file on sources (file) where file is not null;

-- Hashes of the pieces of renditions that are whole, for their torrents (see src/videos/torrents.rs).
create table torrents (
  rendition_id integer primary key references renditions (id) on delete cascade,
  -- 40 hexadecimal digits: the name of the swarm.
  info_hash text not null,
  -- Bytes of each piece but the last.
  piece_length integer not null,
  -- SHA-1 of each piece, one after the other.
  pieces blob not null
) strict;
