-- The ledger -------------------------------------------------------------------------------------

create table log(
    one integer not null primary key check (one = 1),
    epoch integer not null,
    base integer not null,
    size integer not null,
    root blob not null,
    frontier blob not null,
    -- The incarnation of the center's own journal in this epoch.
    journal blob not null
) strict;

create table epochs(
    epoch integer not null primary key,
    opened_at integer not null,
    origin text not null,
    base integer not null,
    size integer not null,
    root blob not null,
    reason text not null,
    person text not null
) strict;

create table positions(
    terminal_id text not null,
    incarnation blob not null,
    next_seq integer not null,
    head blob not null,
    primary key (terminal_id, incarnation)
) strict, without rowid;

create table batches(
    first_leaf integer not null primary key,
    terminal_id text not null,
    incarnation blob not null,
    first_seq integer not null,
    last_seq integer not null,
    previous blob not null,
    head blob not null,
    received_at integer not null,
    signed text not null,
    signature blob not null,
    body blob not null
) strict;
create index batches_by_place on batches(terminal_id, incarnation, first_seq);

create table branches(
    branch_id integer primary key,
    terminal_id text not null,
    incarnation blob not null,
    first_seq integer not null,
    last_seq integer not null,
    previous blob not null,
    head blob not null,
    received_at integer not null,
    signed text not null,
    signature blob not null,
    body blob not null,
    reason text not null,
    unique (terminal_id, incarnation, first_seq, last_seq, head)
) strict;
create index branches_by_place on branches(terminal_id, incarnation);

create table gaps(
    terminal_id text not null,
    incarnation blob not null,
    first_seq integer not null,
    last_seq integer not null,
    resume_head blob not null,
    received_at integer not null,
    statement text not null,
    signature blob not null,
    primary key (terminal_id, incarnation, first_seq)
) strict, without rowid;

create table quarantine(
    quarantine_id integer primary key,
    terminal_id text not null,
    received_at integer not null,
    bytes blob not null
) strict;

create table flags(
    flag_id integer primary key,
    leaf integer,
    terminal_id text not null,
    rule text not null,
    evidence text not null,
    raised_at integer not null
) strict;

-- What is counted: projections of the ledger -----------------------------------------------------

-- day is yyyymmdd. level is 1 satisfied, 2 basic, 3 dissatisfied.
create table ratings(
    leaf integer not null primary key,
    day integer not null,
    hour integer not null,
    rated_at integer not null,
    window_id text not null,
    employee_no text not null,
    item_id text not null,
    level integer not null,
    with_service integer not null,
    channel text not null,
    receipt text not null,
    terminal_id text not null,
    incarnation blob not null,
    seq integer not null,
    corrects integer,
    counted integer not null
) strict;

-- A key is never null: '' stands for nobody and nothing.
create table rollups(
    day integer not null,
    hour integer not null,
    window_id text not null,
    employee_no text not null,
    item_id text not null,
    level integer not null,
    with_service integer not null,
    channel text not null,
    n integer not null,
    primary key (day, hour, window_id, employee_no, item_id, level, with_service, channel)
) strict, without rowid;

-- People who sign in -----------------------------------------------------------------------------

create table accounts(
    account text not null primary key,
    password_hash text not null,
    role text not null,
    created_at integer not null,
    disabled_at integer
) strict;

create table sessions(
    token_hash blob not null primary key,
    account text not null,
    csrf text not null,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null
) strict;
create index sessions_by_account on sessions(account);

-- Units, windows, staff --------------------------------------------------------------------------

create table units(
    unit_id text not null primary key,
    parent_id text,
    name text not null,
    name_en text not null,
    short_name text not null
) strict;

create table departments(
    department_id text not null primary key,
    unit_id text not null,
    name text not null,
    name_en text not null
) strict;

-- employee_no is the person on duty.
create table windows(
    window_id text not null primary key,
    unit_id text not null,
    department_id text,
    number text not null,
    name text not null,
    name_en text not null,
    employee_no text
) strict;

-- honours and honours_en are JSON lists of text.
create table staff(
    employee_no text not null primary key,
    unit_id text not null,
    department_id text not null,
    name text not null,
    name_en text not null,
    post text not null,
    post_en text not null,
    honours text not null,
    honours_en text not null,
    stars integer not null,
    portrait blob
) strict;

-- employee_no '' is the office's own commitment.
create table commitments(
    unit_id text not null,
    employee_no text not null,
    ordinal integer not null,
    text text not null,
    text_en text not null,
    primary key (unit_id, employee_no, ordinal)
) strict, without rowid;

create table supervision_lines(
    unit_id text not null,
    ordinal integer not null,
    label text not null,
    label_en text not null,
    phone text not null,
    primary key (unit_id, ordinal)
) strict, without rowid;

-- Terminals --------------------------------------------------------------------------------------

-- status is active, retiring, retired or revoked.
create table terminals(
    terminal_id text not null primary key,
    window_id text not null,
    public_key blob not null,
    status text not null,
    enrolled_at integer not null,
    last_contact_at integer,
    version text not null,
    backlog integer not null,
    oldest_unsent_at integer,
    clock_offset_ms integer,
    content_version integer not null,
    trouble text not null
) strict;

create table enrolments(
    code_id text not null primary key,
    secret blob not null,
    window_id text not null,
    expires_at integer not null,
    tries integer not null,
    public_key blob,
    claimed_at integer,
    terminal_id text,
    decided_at integer,
    decision text,
    created_by text not null,
    created_at integer not null
) strict;

create table contents(
    window_id text not null,
    content_version integer not null,
    made_at integer not null,
    bundle blob not null,
    signature blob not null,
    primary key (window_id, content_version)
) strict;
