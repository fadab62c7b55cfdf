-- How far what an account publishes is looked at first: 0 it came in by open registration and nobody knows it, 1 somebody made it or
-- let it in, 2 its videos never wait for a moderator.
alter table logins add column trust integer not null default 1 check (trust between 0 and 2);

-- What waited and was decided is no news any more.
create trigger notifications_of_reviews after delete on video_blocks when old.kind = 2 begin
  delete from notifications where video_id = old.video_id and kind = 12;
end;
create trigger notifications_of_refusals after update of kind on video_blocks when old.kind = 2 and new.kind <> 2 begin
  delete from notifications where video_id = new.video_id and kind = 12;
end;
