-- One index for everything that is found by words.

-- Full text: kind * 2^40 + the number in its own table is the row (1 video that lists show, 2 group, 3 public playlist); accents folded; the
-- beginnings of words are indexed up to five letters. Written by src/search, left by the triggers below.
create virtual table search_fts using fts5 (
  title, tags, names, text,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '1 2 3 4 5'
);
create trigger search_leaves_video after delete on videos begin
  delete from search_fts where rowid = 1099511627776 + old.id;
end;
create trigger search_leaves_group after delete on groups begin
  delete from search_fts where rowid = 2199023255552 + old.id;
end;
create trigger search_leaves_playlist after delete on playlists begin
  delete from search_fts where rowid = 3298534883328 + old.id;
end;

-- What is there, with ligatures as letters and one sort of apostrophe, as `text::fold` has it.
with folded(rowid, title, tags, names, text) as (
  select 1099511627776 + v.id, v.name, ifnull((select group_concat(tag, ' ') from tags where video_id = v.id), ''),
         g.display_name || ' ' || g.name, ifnull(v.description, '')
    from videos v join groups g on g.id = v.group_id where v.privacy in (1, 4) and v.state = 1
  union all
  select 2199023255552 + id, display_name, '', name, ifnull(description, '') from groups
  union all
  select 3298534883328 + p.id, p.name, '', ifnull((select g.display_name || ' ' || g.name from groups g where g.id = p.group_id), ''),
         ifnull(p.description, '')
    from playlists p where p.privacy = 1
  order by 1
)
insert into search_fts (rowid, title, tags, names, text)
  select rowid,
    replace(replace(replace(replace(replace(replace(replace(title, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''), 'ʼ', ''''),
    replace(replace(replace(replace(replace(replace(replace(tags, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''), 'ʼ', ''''),
    replace(replace(replace(replace(replace(replace(replace(names, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''), 'ʼ', ''''),
    replace(replace(replace(replace(replace(replace(replace(text, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''), 'ʼ', '''')
  from folded;

drop table videos_fts;
drop table playlists_fts;
