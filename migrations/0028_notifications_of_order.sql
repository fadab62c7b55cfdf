-- Reports, of which moderators and those who report are told.
alter table notifications add column report_id integer references reports (id) on delete cascade;
create unique index notifications_of_report on notifications (report_id, account_id, kind) where report_id is not null;
