-- People. A row without `origin` lives here and has a row in `logins`; one with an origin is known from that host.
create table accounts (
  id integer primary key,
  -- The handle, lower case, without host.
  name text not null,
  -- Host of another server; null when it lives here.
  origin text,
  display_name text not null,
  description text,
  created_at integer not null,
  updated_at integer not null
) strict;
create unique index accounts_by_handle on accounts (name, ifnull(origin, ''));

-- How a local account signs in, and what it may.
create table logins (
  account_id integer primary key references accounts (id) on delete cascade,
  email text not null unique collate nocase,
  -- Null when nobody asked; PeerTube's emailVerified.
  email_verified integer check (email_verified in (0, 1)),
  -- PHC string of argon2id.
  password_hash text not null,
  -- 0 administrator, 1 moderator, 2 user, as in PeerTube.
  role integer not null check (role in (0, 1, 2)),
  -- Bytes; -1 is without limit.
  video_quota integer not null,
  video_quota_daily integer not null,
  blocked integer not null default 0 check (blocked in (0, 1)),
  blocked_reason text,
  -- Secret of the second factor in base 32; null when there is none.
  otp_secret text,
  -- The newest 30-second step whose code was used: a code seen over a shoulder opens nothing.
  otp_step integer not null default 0,
  -- Further choices of the person (language, autoplay, P2P, sensitive content …), as JSON.
  preferences text not null default '{}' check (json_valid(preferences)),
  last_login_at integer
) strict;

-- Second factors that somebody is setting up.
create table otp_requests (
  account_id integer primary key references accounts (id) on delete cascade,
  token_hash blob not null,
  secret text not null,
  expires_at integer not null
) strict;

-- What PeerTube's clients send along when they sign in. Public; one row.
create table oauth_client (
  only integer primary key check (only = 1),
  client_id text not null,
  client_secret text not null
) strict;

-- Signed-in devices. Tokens lie here as SHA-256, so that a stolen backup opens nothing.
create table sessions (
  id integer primary key,
  account_id integer not null references accounts (id) on delete cascade,
  access_hash blob not null unique,
  refresh_hash blob not null unique,
  access_expires_at integer not null,
  refresh_expires_at integer not null,
  created_at integer not null,
  -- Coarse (an hour), so that reading does not write.
  last_used_at integer not null,
  -- Program and address at sign-in.
  device text,
  address text,
  -- The same when it was last used.
  last_device text,
  last_address text
) strict;
create index sessions_of_account on sessions (account_id);
create index sessions_expiring on sessions (refresh_expires_at);

-- Names of local accounts and groups that were deleted. Other servers remember their keys, so nobody gets them again.
create table gone_names (
  name text primary key,
  gone_at integer not null
) strict, without rowid;
