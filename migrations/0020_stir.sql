-- How much a video stirs people: when it appeared, moved up by what they do with it (see src/videos/views.rs). Written anew with
-- every like and view, so it can be an index. Those that are here begin with when they appeared.
alter table videos add column stir real not null default 0;
update videos set stir = ifnull(published_at, created_at) / 86400000.0;
create index videos_stirring on videos (stir desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;
