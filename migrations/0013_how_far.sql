-- Which videos are not all made, so that one's own can be listed by that: the few that these name are looked at.
create index renditions_to_make on renditions (video_id) where kind = 'hls' and size is null;
create index videos_not_online on videos (id) where state <> 1;
create index videos_failed on videos (id) where failure_code is not null;
