-- What people are told of. Each thing that it can be about has a column: when the thing goes, it goes.
create table notifications (
  id integer primary key,
  account_id integer not null references accounts (id) on delete cascade,
  -- What it tells; the numbers are in src/notifications/kinds.rs.
  kind integer not null,
  video_id integer references videos (id) on delete cascade,
  comment_id integer references comments (id) on delete cascade,
  follow_id integer references follows (id) on delete cascade,
  registration_id integer references registrations (id) on delete cascade,
  group_id integer references groups (id) on delete cascade,
  -- Whose act it is.
  by_id integer references accounts (id) on delete cascade,
  -- Shown in the page.
  web integer not null check (web in (0, 1)),
  read integer not null default 0 check (read in (0, 1)),
  created_at integer not null,
  updated_at integer not null
) strict;
create index notifications_of_account on notifications (account_id, web, id);
create index notifications_unread on notifications (account_id, id) where web = 1 and read = 0;
create index notifications_by_age on notifications (created_at);
-- Nobody is told of the same thing twice, also when a job runs again.
create unique index notifications_of_video on notifications (video_id, account_id, kind) where video_id is not null;
create unique index notifications_of_comment on notifications (comment_id, account_id, kind) where comment_id is not null;
create unique index notifications_of_follow on notifications (follow_id, account_id, kind) where follow_id is not null;
create unique index notifications_of_registration on notifications (registration_id, account_id, kind)
  where registration_id is not null;
create unique index notifications_of_group on notifications (group_id, account_id, kind, ifnull(by_id, 0))
  where group_id is not null;
create unique index notifications_by on notifications (by_id, account_id, kind, ifnull(group_id, 0)) where by_id is not null;
-- A comment that is removed stays as an empty row; nobody is to be led to it.
create trigger notifications_of_what_was_said after update of state on comments when new.state > 2 begin
  delete from notifications where comment_id = new.id;
end;

-- Where somebody wants to be told of what: the sum of 1 in the page, 2 by letter and 4 on a device. Without a row the usual holds.
create table notification_choices (
  account_id integer not null references accounts (id) on delete cascade,
  choice text not null,
  channels integer not null check (channels between 0 and 7),
  primary key (account_id, choice)
) strict, without rowid;

-- Who was told of a video: 0 nobody, 1 its author, 2 those who follow as well. What was there before is no news.
alter table videos add column announced integer not null default 0;
update videos set announced = case when state = 1 and privacy in (1, 4) then 2 when state = 1 then 1 else 0 end;
