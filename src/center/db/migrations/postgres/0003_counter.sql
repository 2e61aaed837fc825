-- Personal data, apart from the ledger ------------------------------------------------------------

-- Sealed to the center's key of the field. An erased one keeps its row with an empty ciphertext, so
-- that a batch that is sent again does not bring it back. entry_hash tells an entry of the log from
-- another of the same place in a branch.
create table sealed_fields(
    terminal_id text not null,
    incarnation bytea not null,
    seq bigint not null,
    field text not null,
    entry_hash bytea not null,
    ciphertext bytea not null,
    received_at bigint not null,
    primary key (terminal_id, incarnation, seq, field, entry_hash)
);

-- What is counted: projections of the ledger ------------------------------------------------------

-- service is '' for a rating without one. uncounted is '' for one that counts or was corrected,
-- again for a second one of its service, training for one of a training terminal. tags is a JSON
-- list of ids.
alter table ratings add column service text not null default '';
alter table ratings add column uncounted text not null default '';
alter table ratings add column tags text not null default '[]';
alter table ratings add column has_contact bigint not null default 0;
create index ratings_by_corrected on ratings(corrects) where corrects is not null;

-- The duty ledger. leaf is that of the sign-on, or of the sign-off where there was none: then
-- from_at is null and means is ''. why is '' while the shift lasts. away_at is set during an absence;
-- away_ms is that of the absences that are over.
create table shifts(
    leaf bigint not null primary key,
    terminal_id text not null,
    window_id text not null,
    employee_no text not null,
    day bigint not null,
    from_at bigint,
    to_at bigint,
    means text not null,
    why text not null,
    away_at bigint,
    away_ms bigint not null,
    away_times bigint not null,
    finished bigint not null,
    rated bigint not null,
    silent bigint not null,
    cut bigint not null
);
create index shifts_open on shifts(terminal_id) where why = '';
create index shifts_by_person on shifts(employee_no, from_at);
create index shifts_by_day on shifts(day);

-- leaf is that of the first entry about it; shift that of the shift in which it began, 0 without
-- one; rated_leaf that of the rating that counts. outcome is open, rated, silent or cut.
create table services(
    service text not null primary key,
    leaf bigint not null,
    shift bigint not null,
    terminal_id text not null,
    window_id text not null,
    employee_no text not null,
    item_id text not null,
    day bigint not null,
    begun_at bigint,
    finished_at bigint,
    took_ms bigint,
    asked_ms bigint,
    rated_leaf bigint,
    outcome text not null
);

-- Services that were finished. silent holds those that were cut. A key is never null.
create table service_rollups(
    day bigint not null,
    window_id text not null,
    employee_no text not null,
    item_id text not null,
    finished bigint not null,
    rated bigint not null,
    silent bigint not null,
    cut bigint not null,
    took_ms bigint not null,
    primary key (day, window_id, employee_no, item_id)
);

-- Tags of the ratings that count, by the level that counts.
create table reason_rollups(
    day bigint not null,
    window_id text not null,
    tag text not null,
    level bigint not null,
    n bigint not null,
    primary key (day, window_id, tag, level)
);

-- How often each terminal was rated, and how often dissatisfied.
create table terminal_days(
    terminal_id text not null,
    day bigint not null,
    rated bigint not null,
    dissatisfied bigint not null,
    primary key (terminal_id, day)
);

-- The register. number is what the citizen was given, without its hyphen. about is window, office
-- or other; tags a JSON list of ids; training 1 for one that was written to practise.
create table complaints(
    leaf bigint not null primary key,
    number text not null,
    at bigint not null,
    day bigint not null,
    window_id text not null,
    employee_no text not null,
    terminal_id text not null,
    incarnation bytea not null,
    seq bigint not null,
    about text not null,
    tags text not null,
    anonymous bigint not null,
    has_contact bigint not null,
    training bigint not null
);
create index complaints_by_number on complaints(number);
create index complaints_by_day on complaints(day);

-- sizes is a JSON list of three widths and heights in pixels.
create table self_tests(
    leaf bigint not null primary key,
    terminal_id text not null,
    at bigint not null,
    passed bigint not null,
    micros_1 bigint not null,
    micros_2 bigint not null,
    micros_3 bigint not null,
    sizes text not null,
    fault text not null
);
create index self_tests_by_terminal on self_tests(terminal_id, leaf);

create index flags_by_terminal on flags(terminal_id, raised_at);
