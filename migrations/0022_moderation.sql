-- Keeping order: reports and what is said about them, videos that are hidden, and who did what.

-- Somebody thinks that a video, a comment or an account breaks the rules. What it is about may be gone since.
create table reports (
  id integer primary key,
  -- Who reports; null when that account is gone.
  reporter_id integer references accounts (id) on delete set null,
  reason text not null,
  -- Predefined reasons, a bit for each: PeerTube's number n is 1 << (n - 1).
  predefined integer not null,
  -- What it is about: 1 a video, 2 a comment, 3 an account.
  kind integer not null check (kind between 1 and 3),
  -- The video, also that of a comment.
  video_id integer references videos (id) on delete set null,
  comment_id integer references comments (id) on delete set null,
  -- Who is reported: the account, who wrote the comment, who sent the video.
  account_id integer references accounts (id) on delete set null,
  -- Name and title of the video, as they were.
  video_uuid text,
  video_name text,
  -- What the comment said; empty of others, and when its author is gone.
  quoted text not null,
  -- The part of the video, in seconds.
  start_at integer,
  end_at integer,
  -- 1 waits, 2 rejected, 3 accepted.
  state integer not null default 1 check (state between 1 and 3),
  -- What moderators note for themselves.
  note text,
  messages integer not null default 0,
  created_at integer not null,
  updated_at integer not null,
  -- When it was first decided.
  decided_at integer
) strict;
create index reports_newest on reports (created_at, id);
create index reports_by_state on reports (state, created_at, id);
create index reports_by_reporter on reports (reporter_id, created_at, id) where reporter_id is not null;
create index reports_about_account on reports (account_id, id) where account_id is not null;
create index reports_about_video on reports (video_id, id) where video_id is not null;
create index reports_about_comment on reports (comment_id) where comment_id is not null;

-- What moderators and the one who reports write to each other.
create table report_messages (
  id integer primary key,
  report_id integer not null references reports (id) on delete cascade,
  account_id integer references accounts (id) on delete set null,
  -- Whether a moderator wrote it.
  by_staff integer not null check (by_staff in (0, 1)),
  text text not null,
  created_at integer not null
) strict;
create index report_messages_of on report_messages (report_id, id);
create index report_messages_by on report_messages (account_id) where account_id is not null;
create trigger report_messages_counted_in after insert on report_messages begin
  update reports set messages = messages + 1 where id = new.report_id;
end;
create trigger report_messages_counted_out after delete on report_messages begin
  update reports set messages = messages - 1 where id = old.report_id;
end;
-- What somebody said goes with the account.
create trigger reports_forget_the_gone after update of account_id on reports when new.account_id is null begin
  update reports set quoted = '' where id = new.id;
end;

-- Videos that moderators hide, and why.
create table video_blocks (
  id integer primary key,
  video_id integer not null unique references videos (id) on delete cascade,
  -- 1 somebody hid it, 2 it waits for a moderator who looks at it.
  kind integer not null check (kind in (1, 2)),
  reason text,
  -- Whether others are told that it is gone.
  unfederated integer not null check (unfederated in (0, 1)),
  created_at integer not null,
  updated_at integer not null
) strict;
create index video_blocks_newest on video_blocks (created_at, id);
-- A hidden video is private to every list; this is the privacy that it has when it is shown again.
alter table videos add column blocked_privacy integer check (blocked_privacy between 1 and 5);

-- Who did what to keep order; the newest ten thousand.
create table moderation_log (
  id integer primary key,
  at integer not null,
  -- Who did it; null when that account is gone.
  actor_id integer references accounts (id) on delete set null,
  -- Of src/moderation/log.rs.
  action text not null,
  -- Whom it was done to.
  account_id integer references accounts (id) on delete set null,
  -- The report that it is about, which may be gone.
  report integer,
  -- UUID of the video that it is about, which may be gone.
  video text,
  -- A title, a name, a reason.
  detail text
) strict;
create index moderation_log_by on moderation_log (actor_id) where actor_id is not null;
create index moderation_log_about on moderation_log (account_id) where account_id is not null;
