-- What the administrator chose in the browser, one JSON document per section (see src/settings).
create table settings (
  section text primary key,
  document text not null check (json_valid(document))
) strict, without rowid;

-- Work to do later. Put down in the transaction that calls for it; see src/jobs.
create table jobs (
  id integer primary key,
  -- Name of the variant of Job, for lists and counts.
  kind text not null,
  -- The Job as JSON.
  job text not null check (json_valid(job)),
  lane text not null,
  -- Smaller goes first.
  priority integer not null,
  state text not null check (state in ('waiting', 'active', 'done', 'failed', 'cancelled')),
  -- What it is about, as in 'video:12'; to find, show and cancel the jobs of one thing.
  subject text,
  -- Not before this moment.
  run_at integer not null,
  attempts integer not null default 0,
  -- Until when the worker that took it may be believed alive.
  lease_until integer,
  -- Part done, 0 to 1, and seconds left as the worker estimates.
  progress real not null default 0,
  seconds_left real,
  -- Why the last try failed: a stable code for the interface, and a sentence.
  error_code text,
  error text,
  created_at integer not null,
  started_at integer,
  finished_at integer
) strict;
create index jobs_to_claim on jobs (lane, priority, run_at, id) where state = 'waiting';
create index jobs_leased on jobs (lease_until) where state = 'active';
create index jobs_of_subject on jobs (subject) where subject is not null;
create index jobs_by_state on jobs (state, id);
