-- What moderators write to somebody is told by bell and letter too.
alter table notifications add column warning_id integer references warnings (id) on delete cascade;
create unique index notifications_of_warning on notifications (warning_id, account_id, kind) where warning_id is not null;
