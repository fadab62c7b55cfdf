-- Keys of those who act towards other servers: an account, a group, or (with neither) the instance itself. Made when first
-- asked for, and kept for good: others remember them.
create table actor_keys (
  id integer primary key,
  account_id integer unique references accounts (id) on delete cascade,
  group_id integer unique references groups (id) on delete cascade,
  -- SubjectPublicKeyInfo and PKCS #8, in PEM.
  public_pem text not null,
  private_pem text not null,
  created_at integer not null,
  check (account_id is null or group_id is null)
) strict;
create unique index actor_keys_of_instance on actor_keys ((1)) where account_id is null and group_id is null;
