-- Videos that somebody wants to give to somebody else, who accepts or refuses. What was answered is kept for a while.
create table video_offers (
  id integer primary key,
  video_id integer not null references videos (id) on delete cascade,
  from_id integer not null references accounts (id) on delete cascade,
  to_id integer not null references accounts (id) on delete cascade,
  -- 1 waits, 2 accepted, 3 refused.
  state integer not null default 1 check (state between 1 and 3),
  created_at integer not null,
  answered_at integer,
  check ((state = 1) = (answered_at is null))
) strict;
-- A video is offered to one person at a time.
create unique index video_offers_waiting on video_offers (video_id) where state = 1;
create index video_offers_to on video_offers (to_id, state, created_at desc, id desc);
create index video_offers_from on video_offers (from_id);
create index video_offers_of_video on video_offers (video_id);
create index video_offers_answered on video_offers (answered_at) where answered_at is not null;

-- Somebody may offer one person several videos: of a video one is told by its number.
drop index notifications_by;
create unique index notifications_by on notifications (by_id, account_id, kind, ifnull(group_id, 0))
  where by_id is not null and video_id is null;
create index notifications_of_whom on notifications (by_id) where by_id is not null;
-- An offer that was taken back leads nowhere.
create trigger notifications_of_offers after delete on video_offers when old.state = 1 begin
  delete from notifications where video_id = old.video_id and account_id = old.to_id and kind = 1004;
end;
