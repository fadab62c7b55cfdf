-- Videos are also counted by the kinds of what may hurt in them (PeerTube's bits, 0 of what is not sensitive), for people who
-- want to see some of them and not others.
update videos set sensitive_flags = 0, sensitive_summary = null where not sensitive and (sensitive_flags <> 0 or sensitive_summary is not null);
drop trigger videos_counted_in;
drop trigger videos_counted_out;
drop trigger videos_counted_anew;
drop table video_counts;
create table video_counts (
  group_id integer not null,
  privacy integer not null,
  sensitive integer not null,
  kinds integer not null,
  local integer not null,
  videos integer not null,
  primary key (group_id, privacy, sensitive, kinds, local)
) strict, without rowid;
insert into video_counts
  select group_id, privacy, sensitive, sensitive_flags, origin is null, count(*) from videos
  where state = 1 and privacy in (1, 4) group by 1, 2, 3, 4, 5;
create trigger videos_counted_in after insert on videos when new.state = 1 and new.privacy in (1, 4) begin
  insert into video_counts values (new.group_id, new.privacy, new.sensitive, new.sensitive_flags, new.origin is null, 1)
    on conflict do update set videos = videos + 1;
end;
create trigger videos_counted_out after delete on videos when old.state = 1 and old.privacy in (1, 4) begin
  update video_counts set videos = videos - 1
    where (group_id, privacy, sensitive, kinds, local) = (old.group_id, old.privacy, old.sensitive, old.sensitive_flags, old.origin is null);
end;
create trigger videos_counted_anew after update of state, privacy, sensitive, sensitive_flags, group_id on videos begin
  update video_counts set videos = videos - 1
    where (group_id, privacy, sensitive, kinds, local) = (old.group_id, old.privacy, old.sensitive, old.sensitive_flags, old.origin is null)
      and old.state = 1 and old.privacy in (1, 4);
  insert into video_counts select new.group_id, new.privacy, new.sensitive, new.sensitive_flags, new.origin is null, 1
    where new.state = 1 and new.privacy in (1, 4)
    on conflict do update set videos = videos + 1;
end;
