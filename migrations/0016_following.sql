-- Who follows which group or account. People who follow from another server are accounts with an origin.
create table follows (
  id integer primary key,
  follower_id integer not null references accounts (id) on delete cascade,
  -- What is followed: one of these two.
  group_id integer references groups (id) on delete cascade,
  account_id integer references accounts (id) on delete cascade,
  -- 'accepted'; 'pending' is kept for what lives on another server and has not agreed yet.
  state text not null check (state in ('pending', 'accepted')),
  created_at integer not null,
  check ((group_id is null) <> (account_id is null))
) strict;
create unique index follows_of_groups on follows (follower_id, group_id) where group_id is not null;
create unique index follows_of_accounts on follows (follower_id, account_id) where account_id is not null;
-- In the order in which they began, newest last.
create index follows_of_follower on follows (follower_id, id);
create index follows_of_group on follows (group_id, id) where group_id is not null;
create index follows_of_account on follows (account_id, id) where account_id is not null;

-- How many follow, beside what they follow; also when an account goes with all that it followed.
alter table groups add column followers integer not null default 0;
alter table accounts add column followers integer not null default 0;
alter table accounts add column following integer not null default 0;
create trigger follows_counted_in after insert on follows when new.state = 'accepted' begin
  update groups set followers = followers + 1 where id = new.group_id;
  update accounts set followers = followers + 1 where id = new.account_id;
  update accounts set following = following + 1 where id = new.follower_id;
end;
create trigger follows_counted_out after delete on follows when old.state = 'accepted' begin
  update groups set followers = followers - 1 where id = old.group_id;
  update accounts set followers = followers - 1 where id = old.account_id;
  update accounts set following = following - 1 where id = old.follower_id;
end;

-- What opens the feed of what an account follows, for readers that cannot sign in. In clear, since its owner may read
-- it again; it opens nothing else.
create table feed_tokens (
  account_id integer primary key references accounts (id) on delete cascade,
  token text not null,
  created_at integer not null
) strict;

-- What people sent is counted for feeds off the index; a video that lies in a followed group too counts once.
drop index videos_of_author;
create index videos_of_author on videos (author_id, published_at desc, id desc, privacy, sensitive, state, group_id);

-- A video that goes takes along where people stopped in it, without reading all that everybody watched.
create index watch_positions_of_video on watch_positions (video_id);
