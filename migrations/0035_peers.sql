-- Other servers with which we spoke.
create table peers (
  id integer primary key,
  -- With the port unless it is the usual one, in small letters.
  host text not null unique,
  -- Since when it takes nothing; null when it took what was brought last.
  failing_since integer,
  -- Tries since then, and not before which moment the next.
  failures integer not null default 0,
  try_at integer not null default 0,
  -- What went wrong last, as a sentence.
  error text,
  -- Activities that it refused, and that came too late.
  refused integer not null default 0,
  dropped integer not null default 0,
  -- When it last brought or took something.
  heard_at integer
) strict;

-- What actors of other servers say of themselves. How they are shown is a row in accounts or groups.
create table remote_actors (
  id integer primary key,
  -- Its address, which is its name everywhere.
  uri text not null unique,
  peer_id integer not null references peers (id) on delete cascade,
  account_id integer unique references accounts (id) on delete cascade,
  group_id integer unique references groups (id) on delete cascade,
  -- Person, Group, Application, Service or Organization.
  kind text not null,
  inbox text not null,
  -- Where several of its server are reached at once.
  shared_inbox text,
  outbox text,
  -- SubjectPublicKeyInfo in PEM.
  public_pem text not null,
  fetched_at integer not null,
  check ((account_id is null) <> (group_id is null))
) strict;
create index remote_actors_of_peer on remote_actors (peer_id);

-- What was brought by whom it names as its actor, and is still to be understood.
create table received (
  id integer primary key,
  peer_id integer not null references peers (id) on delete cascade,
  actor_id integer not null references remote_actors (id) on delete cascade,
  body text not null,
  attempts integer not null default 0,
  try_at integer not null default 0,
  received_at integer not null
) strict;
create index received_of_peer on received (peer_id, id);
create index received_of_actor on received (actor_id);

-- SHA-256 of the signatures of the last hours: who brings one a second time has copied it.
create table seen_signatures (
  hash blob primary key,
  seen_at integer not null
) strict, without rowid;
create index seen_signatures_by_time on seen_signatures (seen_at);

-- What is on its way to others, once for all who get it. With neither account nor group the instance says it.
create table activities (
  id integer primary key,
  account_id integer references accounts (id) on delete cascade,
  group_id integer references groups (id) on delete cascade,
  body text not null,
  created_at integer not null
) strict;
create index activities_of_account on activities (account_id) where account_id is not null;
create index activities_of_group on activities (group_id) where group_id is not null;
create table deliveries (
  id integer primary key,
  activity_id integer not null references activities (id) on delete cascade,
  peer_id integer not null references peers (id) on delete cascade,
  inbox text not null,
  -- Times that the peer answered and did not take it.
  attempts integer not null default 0
) strict;
create index deliveries_of_peer on deliveries (peer_id, id);
create index deliveries_of_activity on deliveries (activity_id);
create trigger activities_end after delete on deliveries begin
  delete from activities where id = old.activity_id
    and not exists (select 1 from deliveries where activity_id = old.activity_id);
end;

-- The activity by which somebody of another server began to follow.
alter table follows add column uri text;
create trigger follows_agreed after update of state on follows when new.state = 'accepted' and old.state = 'pending' begin
  update groups set followers = followers + 1 where id = new.group_id;
  update accounts set followers = followers + 1 where id = new.account_id;
  update accounts set following = following + 1 where id = new.follower_id;
end;
-- Who follows all that the instance shows: other instances mostly.
create table instance_follows (
  actor_id integer primary key references remote_actors (id) on delete cascade,
  uri text not null,
  created_at integer not null
) strict;
