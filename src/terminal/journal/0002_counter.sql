-- Both stand with the entry that they came with. A table of their own would cost every commit a
-- page more, and could get out of step.

-- Sealed fields that are sent behind the entry: a line each, `<field> <base64url>`.
alter table entries add column sealed text;

-- What must survive a restart, with the newest entry that brought it and with no other.
alter table entries add column memory text;

-- The key under which tickets are named today, drawn daily; yesterday's is overwritten.
create table day_key (
    id     integer primary key check (id = 1),
    day    integer not null,
    key    blob    not null,
    -- Places: services rated behind `since` were named under this key or the one before it,
    -- those behind `before` under the one before that at the earliest.
    since  integer not null,
    before integer not null
) strict;
