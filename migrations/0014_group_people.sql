-- Groups' people: how one comes in, who was invited, who asks, what was done in a group's name; the author of a video.

-- How people come into a group: 0 by invitation only, 1 they may ask, 2 whoever wants.
alter table groups add column joining integer not null default 0 check (joining in (0, 1, 2));
-- Whether the group's page names this member to everyone.
alter table members add column shown integer not null default 0 check (shown in (0, 1));
-- Who made a group was always named on its page.
update members set shown = 1 where exists (
  select 1 from groups g where g.id = members.group_id and g.owner_id = members.account_id);
create index members_by_role on members (group_id, role, since, account_id, shown);

-- Invitations into a group: of one person, or a link for whoever has it.
create table invitations (
  id integer primary key,
  group_id integer not null references groups (id) on delete cascade,
  -- Who is invited; null of a link.
  account_id integer references accounts (id) on delete cascade,
  -- SHA-256 of what makes the link; null of a person.
  token_hash blob,
  -- As in members.
  role integer not null check (role in (0, 1, 2)),
  -- Who invites; null when that account is gone.
  by_id integer references accounts (id) on delete set null,
  created_at integer not null,
  -- Until when it can be accepted; of one that was refused, until when it is remembered.
  expires_at integer not null,
  rejected_at integer,
  -- People that a link has let in, and may.
  uses integer not null default 0,
  most_uses integer not null default 1,
  check ((account_id is null) <> (token_hash is null))
) strict;
create unique index invitations_of_person on invitations (group_id, account_id) where account_id is not null;
create unique index invitations_by_token on invitations (token_hash) where token_hash is not null;
create index invitations_of_group on invitations (group_id, id);
create index invitations_of_account on invitations (account_id, id) where account_id is not null;
create index invitations_by on invitations (by_id) where by_id is not null;
create index invitations_expiring on invitations (expires_at);

-- People who ask to come into a group.
create table join_requests (
  group_id integer not null references groups (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  message text not null,
  -- Whether the group's page may name them once they are in.
  shown integer not null check (shown in (0, 1)),
  created_at integer not null,
  -- Null while nobody has answered; a yes makes a member of it.
  rejected_at integer,
  primary key (group_id, account_id)
) strict, without rowid;
create index join_requests_waiting on join_requests (group_id, created_at, account_id) where rejected_at is null;
create index join_requests_of_account on join_requests (account_id, created_at);

-- Who did what in a group; the newest thousand of each.
create table group_log (
  id integer primary key,
  group_id integer not null references groups (id) on delete cascade,
  at integer not null,
  -- Who did it; null when that account is gone.
  actor_id integer references accounts (id) on delete set null,
  -- Of src/groups/log.rs.
  action text not null,
  -- Whom it was done to.
  subject_id integer references accounts (id) on delete set null,
  -- UUID of the video that it is about, which may be gone.
  video text,
  -- A role, a title, the name of another group.
  detail text
) strict;
create index group_log_of_group on group_log (group_id, id desc);
create index group_log_of_actor on group_log (actor_id) where actor_id is not null;
create index group_log_of_subject on group_log (subject_id) where subject_id is not null;

-- Who sent a video. It belongs to its group: when the author goes it stays, and the group's owner is named instead.
alter table videos add column author_id integer references accounts (id) on delete set null;
update videos set author_id = (select owner_id from groups g where g.id = videos.group_id);
create index videos_of_author on videos (author_id, published_at desc, id desc, privacy, sensitive, state);
create index videos_of_author_created on videos (author_id, created_at desc, id desc, privacy, sensitive, state);
