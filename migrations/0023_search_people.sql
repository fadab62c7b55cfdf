-- People are found by words too: in search_fts they are kind 4.
create trigger search_leaves_account after delete on accounts begin
  delete from search_fts where rowid = 4398046511104 + old.id;
end;

-- Who is there, with ligatures as letters and one sort of apostrophe, as `text::fold` has it.
insert into search_fts (rowid, title, tags, names, text)
  select 4398046511104 + id,
    replace(replace(replace(replace(replace(replace(replace(display_name, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''), 'ʼ', ''''),
    '', name,
    replace(replace(replace(replace(replace(replace(replace(ifnull(description, ''), 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''), 'ʼ', '''')
  from accounts order by id;
