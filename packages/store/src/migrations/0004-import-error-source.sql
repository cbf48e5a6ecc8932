-- The text of a file that could not be read; null for errors that were there before.
alter table airloom.import_error add column source text;
