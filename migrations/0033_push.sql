-- Browsers that are told while no page is open. One goes with the session it was signed in with.
create table push_devices (
  id integer primary key,
  account_id integer not null references accounts (id) on delete cascade,
  session_id integer not null references sessions (id) on delete cascade,
  -- Where its push service takes messages to it.
  endpoint text not null unique,
  -- Its key, a point of P-256, and the secret it shares with who writes to it.
  key blob not null,
  auth blob not null,
  created_at integer not null
) strict;
create index push_devices_of_account on push_devices (account_id, id);
create unique index push_devices_of_session on push_devices (session_id);

-- The key by which push services know this instance, as PKCS #8; made when it is first asked for.
create table push_key (
  id integer primary key check (id = 1),
  pkcs8 blob not null
) strict;

-- Who has chosen already is told on devices what the page tells, but for followers, of whom devices usually say nothing.
update notification_choices set channels = channels | 4 where channels & 1 and choice <> 'newFollow';
