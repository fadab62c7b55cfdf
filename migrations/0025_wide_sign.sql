-- Pictures of the instance: a wide sign too, in the head of pages in the place of sign and name.
create table instance_images_now (
  file text primary key,
  kind text not null check (kind in ('avatar', 'banner', 'favicon', 'header-square', 'header-wide', 'opengraph')),
  width integer not null,
  height integer not null,
  created_at integer not null
) strict, without rowid;
insert into instance_images_now (file, kind, width, height, created_at)
  select file, kind, width, height, created_at from instance_images;
drop table instance_images;
alter table instance_images_now rename to instance_images;
