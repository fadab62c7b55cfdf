-- What is to be told by letter and was not yet.
alter table notifications add column mail integer not null default 0 check (mail in (0, 1));
create index notifications_to_write on notifications (account_id, id) where mail = 1;

-- How letters with notifications go to an account; without a row at once.
create table notification_letters (
  account_id integer primary key references accounts (id) on delete cascade,
  -- 0 at once, 1 once a day, 2 once a week, 3 never.
  rhythm integer not null default 0 check (rhythm between 0 and 3),
  -- When the last one went.
  written_at integer,
  -- Stops them, in a link of each; in clear, since each letter holds it again. It opens nothing else.
  stop_token text
) strict;
