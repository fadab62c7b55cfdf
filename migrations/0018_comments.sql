-- What people say about a subject, and the replies to it. What is removed stays as an empty row: others name it.
create table comments (
  id integer primary key,
  -- The subject; a column for each kind.
  video_id integer references videos (id) on delete cascade,
  -- Who looks after the subject: follows its videos.group_id.
  group_id integer not null,
  -- The comment that began the thread; null when it is this one.
  thread_id integer,
  -- What it answers; null when it began a thread.
  reply_to integer references comments (id) on delete cascade,
  -- How many answers lead to it; bounded by src/comments.
  depth integer not null,
  -- Host of another server; null when it was written here.
  origin text,
  -- Null when it is removed.
  account_id integer references accounts (id) on delete set null,
  -- Markdown; empty when it is removed.
  text text not null,
  -- 1 shown, 2 held for approval, 3 removed and shown as such because of what is below it, 4 removed.
  state integer not null check (state between 1 and 4),
  -- Stands above the others of its subject.
  pinned integer not null default 0 check (pinned in (0, 1)),
  -- Of the first of a thread: comments below it in state 1.
  replies integer not null default 0,
  created_at integer not null,
  updated_at integer not null,
  edited_at integer,
  removed_at integer,
  -- 1 its author, 2 who looks after the subject, 3 who looks after the instance.
  removed_by integer check (removed_by between 1 and 3),
  check (video_id is not null),
  check ((reply_to is null) = (thread_id is null))
) strict;
create index comments_of_video on comments (video_id, created_at, id, state);
create index comments_of_group on comments (group_id, created_at, id, state) where state < 3;
create index comments_of_account on comments (account_id, created_at, id, state) where account_id is not null;
create index comments_newest on comments (created_at, id, state) where state < 3;
create index comments_below on comments (reply_to, id, state, account_id) where reply_to is not null;
create index comments_by_in_video on comments (video_id, account_id, thread_id) where thread_id is not null and state = 1;
create index threads_newest on comments (video_id, created_at, id, state, account_id) where reply_to is null and state < 4;
create index threads_busiest on comments (video_id, replies, id, state, account_id) where reply_to is null and state < 4;
create unique index comments_pinned on comments (video_id) where pinned = 1;
create index comments_held on comments (created_at, id) where state = 2;
create index comments_held_in_group on comments (group_id, created_at, id) where state = 2;
create index comments_held_in_video on comments (video_id, account_id, thread_id) where state = 2;

-- Who is spoken to in a comment, as in @name.
create table comment_mentions (
  comment_id integer not null references comments (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  primary key (comment_id, account_id)
) strict, without rowid;
create index mentions_of_account on comment_mentions (account_id, comment_id);

-- How many comments are shown in all, written here (1) and elsewhere (0), so that nobody has to count a million.
create table comment_counts (
  local integer primary key check (local in (0, 1)),
  comments integer not null
) strict;
insert into comment_counts values (0, 0), (1, 0);

-- Words of comments that are not removed. Written by src/comments/store.
create virtual table comments_fts using fts5 (
  text,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '3'
);

-- How many comments a video shows, for lists.
alter table videos add column comments integer not null default 0;
create index videos_commented on videos (comments desc, id desc, privacy, sensitive, origin) where privacy in (1, 4) and state = 1;

create trigger comments_counted_in after insert on comments when new.state = 1 begin
  update videos set comments = comments + 1 where id = new.video_id;
  update comments set replies = replies + 1 where id = new.thread_id;
  update comment_counts set comments = comments + 1 where local = (new.origin is null);
end;
create trigger comments_counted_out after delete on comments when old.state = 1 begin
  update videos set comments = comments - 1 where id = old.video_id;
  update comments set replies = replies - 1 where id = old.thread_id;
  update comment_counts set comments = comments - 1 where local = (old.origin is null);
end;
create trigger comments_counted_anew after update of state on comments when (old.state = 1) <> (new.state = 1) begin
  update videos set comments = comments + (new.state = 1) - (old.state = 1) where id = new.video_id;
  update comments set replies = replies + (new.state = 1) - (old.state = 1) where id = new.thread_id;
  update comment_counts set comments = comments + (new.state = 1) - (old.state = 1) where local = (new.origin is null);
end;
create trigger comments_forgotten after delete on comments begin
  delete from comments_fts where rowid = old.id;
end;
create trigger comments_follow_their_video after update of group_id on videos when old.group_id <> new.group_id begin
  update comments set group_id = new.group_id where video_id = new.id;
end;
