-- Links on the pages of accounts and groups: their own website, where else they are found.
create table websites (
  account_id integer references accounts (id) on delete cascade,
  group_id integer references groups (id) on delete cascade,
  position integer not null,
  -- Empty when the address says enough.
  label text not null,
  -- http or https.
  url text not null,
  check ((account_id is null) <> (group_id is null))
) strict;
create index websites_of_account on websites (account_id, position) where account_id is not null;
create index websites_of_group on websites (group_id, position) where group_id is not null;
