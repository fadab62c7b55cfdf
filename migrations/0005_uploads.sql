-- Uploads by pieces that are not finished.
create table uploads (
  -- What the client was given as upload_id.
  id text primary key,
  account_id integer not null references accounts (id) on delete cascade,
  -- What the video is to be called and so on, as the client sent it.
  metadata text not null check (json_valid(metadata)),
  filename text not null,
  -- Bytes announced.
  size integer not null,
  -- Bytes that are safe on the disk and were acknowledged. The file may hold more after a crash: not to be relied on.
  received integer not null default 0,
  created_at integer not null,
  -- Moved on with each piece, coarsely.
  expires_at integer not null
) strict, without rowid;
create index uploads_of_account on uploads (account_id);
create index uploads_expiring on uploads (expires_at);
