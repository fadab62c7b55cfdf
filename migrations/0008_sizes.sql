-- Bytes of a video's files that are whole, so that a list in their order need not add them up for every video.
alter table videos add column files_size integer not null default 0;
update videos set files_size = (select ifnull(sum(size), 0) from renditions where video_id = videos.id);
create trigger renditions_weighed_in after insert on renditions when new.size is not null begin
  update videos set files_size = files_size + new.size where id = new.video_id;
end;
create trigger renditions_weighed_out after delete on renditions when old.size is not null begin
  update videos set files_size = files_size - old.size where id = old.video_id;
end;
create trigger renditions_weighed_anew after update of size, video_id on renditions begin
  update videos set files_size = files_size - ifnull(old.size, 0) where id = old.video_id;
  update videos set files_size = files_size + ifnull(new.size, 0) where id = new.video_id;
end;
create index videos_large on videos (files_size desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
