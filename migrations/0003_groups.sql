-- Associations and teams; what PeerTube calls channels. `origin` as in accounts.
create table groups (
  id integer primary key,
  name text not null,
  origin text,
  display_name text not null,
  description text,
  support text,
  -- The account that made it, PeerTube's ownerAccount.
  owner_id integer not null references accounts (id) on delete cascade,
  created_at integer not null,
  updated_at integer not null
) strict;
create unique index groups_by_handle on groups (name, ifnull(origin, ''));
create index groups_of_owner on groups (owner_id);

-- Who may act for a group.
create table members (
  group_id integer not null references groups (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  -- 0 administrator, 1 moderator, 2 member.
  role integer not null check (role in (0, 1, 2)),
  since integer not null,
  primary key (group_id, account_id)
) strict, without rowid;
create index members_of_account on members (account_id);

-- Pictures of accounts and groups.
create table actor_images (
  id integer primary key,
  account_id integer references accounts (id) on delete cascade,
  group_id integer references groups (id) on delete cascade,
  kind text not null check (kind in ('avatar', 'banner')),
  file text not null unique,
  width integer not null,
  height integer not null,
  created_at integer not null,
  check ((account_id is null) <> (group_id is null))
) strict;
create index actor_images_of_account on actor_images (account_id) where account_id is not null;
create index actor_images_of_group on actor_images (group_id) where group_id is not null;
