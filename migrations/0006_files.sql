-- Sources are asked for by name: by those who download them, and at each start for what a crash left behind.
create unique index sources_by_file on sources (file) where file is not null;
