-- The video whose film this one is to become: it is made where nobody sees it, gives its files away when it is whole, and goes.
alter table videos add column replaces integer references videos (id) on delete cascade;
create unique index videos_replacing on videos (replaces) where replaces is not null;
create trigger videos_replacing_follow after update of group_id on videos begin
  update videos set group_id = new.group_id where replaces = new.id;
end;

-- The video for which this file is another one; null when it becomes a video of its own.
alter table uploads add column replaces integer references videos (id) on delete cascade;

-- Media files of films that were replaced: who was watching sees the old film to its end, so its files answer until then.
create table old_files (
  file text primary key,
  video_id integer not null references videos (id) on delete cascade,
  kept_until integer not null
) strict, without rowid;
create index old_files_of_video on old_files (video_id);
create index old_files_kept_until on old_files (kept_until);
