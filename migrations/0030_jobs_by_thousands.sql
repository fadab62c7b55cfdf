-- Ten thousand letters may wait for a morning: what is asked of the queue with every commit is read off all the same.
create index jobs_same on jobs (job) where state = 'waiting';
create index jobs_by_moment on jobs (lane, run_at) where state = 'waiting';
-- Letters with news go after all others; those that wait already too.
update jobs set priority = 8 where state = 'waiting' and subject like 'news:%';
