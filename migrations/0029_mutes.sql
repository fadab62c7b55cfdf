-- Whom people do not want to hear, and what moderators tell a member.

-- What an account says and publishes is not shown: to one person, or to everybody.
create table mutes (
  id integer primary key,
  -- Who does not want to hear; null when it is the instance, for everybody.
  by_id integer references accounts (id) on delete cascade,
  -- Whom: one account, or all of another server.
  account_id integer references accounts (id) on delete cascade,
  host text,
  created_at integer not null,
  check ((account_id is null) <> (host is null))
) strict;
create unique index mutes_of_account on mutes (account_id, ifnull(by_id, 0)) where account_id is not null;
create unique index mutes_of_host on mutes (host, ifnull(by_id, 0)) where host is not null;
create index mutes_by on mutes (by_id, id);

-- How many videos come from a muted server is read off.
create index videos_from on videos (origin) where origin is not null;

-- What moderators tell somebody who lives here.
create table warnings (
  id integer primary key,
  account_id integer not null references accounts (id) on delete cascade,
  -- Which moderator; null when that account is gone.
  by_id integer references accounts (id) on delete set null,
  -- 1 a warning, 2 that nobody hears him or her any more, 3 that everybody does again.
  kind integer not null check (kind between 1 and 3),
  -- The report that it is about, which may be gone.
  report integer,
  text text not null,
  created_at integer not null,
  -- When it was read.
  read_at integer
) strict;
create index warnings_of_account on warnings (account_id, id);
create index warnings_unread on warnings (account_id, id) where read_at is null;
create index warnings_by on warnings (by_id) where by_id is not null;
