-- What says nothing of an earlier publication was published first when it was published here.
drop index videos_originally;
create index videos_originally on videos
  (ifnull(originally_published_at, published_at) desc, id desc, privacy, sensitive, origin,
   originally_published_at, published_at)
  where privacy in (1, 4) and state = 1;
-- The usual order of a group's videos, which else are all read and sorted for one page.
create index videos_of_group_by_creation on videos (group_id, created_at desc, id desc, privacy, sensitive, state);
