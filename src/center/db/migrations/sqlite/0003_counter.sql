-- Personal data, apart from the ledger ------------------------------------------------------------

-- Sealed to the center's key of the field. An erased one keeps its row with an empty ciphertext, so
-- that a batch that is sent again does not bring it back. entry_hash tells an entry of the log from
-- another of the same place in a branch.
create table sealed_fields(
    terminal_id text not null,
    incarnation blob not null,
    seq integer not null,
    field text not null,
    entry_hash blob not null,
    ciphertext blob not null,
    received_at integer not null,
    primary key (terminal_id, incarnation, seq, field, entry_hash)
) strict, without rowid;

-- What is counted: projections of the ledger ------------------------------------------------------

-- service is '' for a rating without one. uncounted is '' for one that counts or was corrected,
-- again for a second one of its service, training for one of a training terminal. tags is a JSON
-- list of ids.
alter table ratings add column service text not null default '';
alter table ratings add column uncounted text not null default '';
alter table ratings add column tags text not null default '[]';
alter table ratings add column has_contact integer not null default 0;
create index ratings_by_corrected on ratings(corrects) where corrects is not null;

-- The duty ledger. leaf is that of the sign-on, or of the sign-off where there was none: then
-- from_at is null and means is ''. why is '' while the shift lasts. away_at is set during an absence;
-- away_ms is that of the absences that are over.
create table shifts(
    leaf integer not null primary key,
    terminal_id text not null,
    window_id text not null,
    employee_no text not null,
    day integer not null,
    from_at integer,
    to_at integer,
    means text not null,
    why text not null,
    away_at integer,
    away_ms integer not null,
    away_times integer not null,
    finished integer not null,
    rated integer not null,
    silent integer not null,
    cut integer not null
) strict;
create index shifts_open on shifts(terminal_id) where why = '';
create index shifts_by_person on shifts(employee_no, from_at);
create index shifts_by_day on shifts(day);

-- leaf is that of the first entry about it; shift that of the shift in which it began, 0 without
-- one; rated_leaf that of the rating that counts. outcome is open, rated, silent or cut.
create table services(
    service text not null primary key,
    leaf integer not null,
    shift integer not null,
    terminal_id text not null,
    window_id text not null,
    employee_no text not null,
    item_id text not null,
    day integer not null,
    begun_at integer,
    finished_at integer,
    took_ms integer,
    asked_ms integer,
    rated_leaf integer,
    outcome text not null
) strict, without rowid;

-- Services that were finished. silent holds those that were cut. A key is never null.
create table service_rollups(
    day integer not null,
    window_id text not null,
    employee_no text not null,
    item_id text not null,
    finished integer not null,
    rated integer not null,
    silent integer not null,
    cut integer not null,
    took_ms integer not null,
    primary key (day, window_id, employee_no, item_id)
) strict, without rowid;

-- Tags of the ratings that count, by the level that counts.
create table reason_rollups(
    day integer not null,
    window_id text not null,
    tag text not null,
    level integer not null,
    n integer not null,
    primary key (day, window_id, tag, level)
) strict, without rowid;

-- How often each terminal was rated, and how often dissatisfied.
create table terminal_days(
    terminal_id text not null,
    day integer not null,
    rated integer not null,
    dissatisfied integer not null,
    primary key (terminal_id, day)
) strict, without rowid;

-- The register. number is what the citizen was given, without its hyphen. about is window, office
-- or other; tags a JSON list of ids; training 1 for one that was written to practise.
create table complaints(
    leaf integer not null primary key,
    number text not null,
    at integer not null,
    day integer not null,
    window_id text not null,
    employee_no text not null,
    terminal_id text not null,
    incarnation blob not null,
    seq integer not null,
    about text not null,
    tags text not null,
    anonymous integer not null,
    has_contact integer not null,
    training integer not null
) strict;
create index complaints_by_number on complaints(number);
create index complaints_by_day on complaints(day);

-- sizes is a JSON list of three widths and heights in pixels.
create table self_tests(
    leaf integer not null primary key,
    terminal_id text not null,
    at integer not null,
    passed integer not null,
    micros_1 integer not null,
    micros_2 integer not null,
    micros_3 integer not null,
    sizes text not null,
    fault text not null
) strict;
create index self_tests_by_terminal on self_tests(terminal_id, leaf);

create index flags_by_terminal on flags(terminal_id, raised_at);
