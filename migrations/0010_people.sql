-- People who come and who come back: who asked for an account, links that prove an address, codes for a lost telephone.

-- The address that a person wants to have; becomes `email` when a letter arrived there.
alter table logins add column pending_email text collate nocase;
-- When a link for a new password was last asked for and not used yet: without mail an administrator hands it over.
alter table logins add column password_asked_at integer;

-- Somebody who wants an account and waits: for a moderator, or to prove the address.
create table registrations (
  id integer primary key,
  -- The handle it wants.
  name text not null,
  email text not null collate nocase,
  -- Null when nobody asked, 0 until a letter arrived.
  email_verified integer check (email_verified in (0, 1)),
  -- PHC string of argon2id; emptied when the account is made or refused for good.
  password_hash text not null,
  display_name text,
  -- The group it wants to begin with.
  group_name text,
  group_display_name text,
  -- Language of the letters to it.
  language text,
  -- A moderator decides; else proving the address is enough.
  needs_approval integer not null check (needs_approval in (0, 1)),
  reason text not null,
  -- 1 pending, 2 rejected, 3 accepted, as in PeerTube.
  state integer not null check (state in (1, 2, 3)),
  -- What the moderator answered.
  answer text,
  -- The account that was made of it.
  account_id integer references accounts (id) on delete set null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index registrations_by_state on registrations (state, id);
create index registrations_by_name on registrations (name) where state = 1;
create index registrations_of_account on registrations (account_id) where account_id is not null;

-- Links that open something once. One that went in a letter proves that `email` is read; one without was handed over by
-- an administrator and proves nothing. Tokens lie here as SHA-256.
create table links (
  token_hash blob primary key,
  purpose text not null check (purpose in ('password', 'email', 'new-email', 'registration')),
  account_id integer references accounts (id) on delete cascade,
  registration_id integer references registrations (id) on delete cascade,
  email text collate nocase,
  expires_at integer not null,
  check ((account_id is null) <> (registration_id is null))
) strict, without rowid;
create index links_of_account on links (account_id) where account_id is not null;
create index links_of_registration on links (registration_id) where registration_id is not null;
create index links_expiring on links (expires_at);

-- Codes that stand for the telephone with the second factor, each good once. As SHA-256.
create table recovery_codes (
  account_id integer not null references accounts (id) on delete cascade,
  code_hash blob not null,
  primary key (account_id, code_hash)
) strict, without rowid;
