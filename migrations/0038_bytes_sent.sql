-- How many bytes the videos of an account had when they were sent, kept so that accounts can be listed by it.
alter table logins add column bytes_sent integer not null default 0;
update logins set bytes_sent = (
  select ifnull(sum(sources.size), 0) from videos join sources on sources.video_id = videos.id
  where videos.author_id = logins.account_id);
create index logins_by_bytes_sent on logins (bytes_sent, account_id);

create trigger bytes_sent_in after insert on sources begin
  update logins set bytes_sent = bytes_sent + new.size
  where account_id = (select author_id from videos where id = new.video_id);
end;
-- When the video goes its row is gone already: see below.
create trigger bytes_sent_out after delete on sources begin
  update logins set bytes_sent = bytes_sent - old.size
  where account_id = (select author_id from videos where id = old.video_id);
end;
create trigger bytes_sent_anew after update of video_id, size on sources begin
  update logins set bytes_sent = bytes_sent - old.size
  where account_id = (select author_id from videos where id = old.video_id);
  update logins set bytes_sent = bytes_sent + new.size
  where account_id = (select author_id from videos where id = new.video_id);
end;
create trigger bytes_sent_with_video before delete on videos when old.author_id is not null begin
  update logins set bytes_sent = bytes_sent - ifnull((select size from sources where video_id = old.id), 0)
  where account_id = old.author_id;
end;
create trigger bytes_sent_by_another after update of author_id on videos when old.author_id is not new.author_id begin
  update logins set bytes_sent = bytes_sent - ifnull((select size from sources where video_id = new.id), 0)
  where account_id = old.author_id;
  update logins set bytes_sent = bytes_sent + ifnull((select size from sources where video_id = new.id), 0)
  where account_id = new.author_id;
end;
