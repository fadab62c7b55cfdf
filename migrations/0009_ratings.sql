-- What people think of videos.
create table ratings (
  video_id integer not null references videos (id) on delete cascade,
  account_id integer not null references accounts (id) on delete cascade,
  -- 1 liked, -1 disliked.
  value integer not null check (value in (-1, 1)),
  created_at integer not null,
  primary key (video_id, account_id)
) strict, without rowid;
create index ratings_of_account on ratings (account_id, created_at desc);

-- A video's figures, also when an account goes with all that it said.
create trigger ratings_given after insert on ratings begin
  update videos set likes = likes + (new.value = 1), dislikes = dislikes + (new.value = -1) where id = new.video_id;
end;
create trigger ratings_taken_back after delete on ratings begin
  update videos set likes = likes - (old.value = 1), dislikes = dislikes - (old.value = -1) where id = old.video_id;
end;
