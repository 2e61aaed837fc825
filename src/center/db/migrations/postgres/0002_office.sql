-- What an office says ----------------------------------------------------------------------------

-- A text of citizens stands as name and name_en, and further languages of the same row in `more`:
-- {"name": {"ug": "…"}}. Newer columns hold a whole text as JSON: {"zh": "…", "en": "…", "ug": "…"}.

-- letter is the commitment in full as JSON, behaviour how its terminals behave. All cards of a unit
-- are hashed under its card_salt.
alter table units add column more text not null default '{}';
alter table units add column letter text;
alter table units add column behaviour text;
alter table units add column card_salt bytea;

alter table departments add column more text not null default '{}';

alter table windows add column more text not null default '{}';
alter table windows add column place text not null default '{"zh":""}';
alter table windows add column hours text not null default '{"zh":""}';
alter table windows add column training bigint not null default 0;

-- pin and card are argon2id as PHC strings, or empty.
alter table staff add column more text not null default '{}';
alter table staff add column duties text not null default '{"zh":""}';
alter table staff add column letter text;
alter table staff add column pin text not null default '';
alter table staff add column card text not null default '';

alter table commitments add column more text not null default '{}';

alter table supervision_lines add column more text not null default '{}';

-- An item that is no longer offered stays: ratings refer to it. standard is domain::Item as JSON,
-- windows a JSON list of ids.
create table items(
    item_id text not null primary key,
    unit_id text not null,
    department_id text not null,
    employee_no text,
    ordinal bigint not null,
    offered bigint not null,
    name text not null,
    windows text not null,
    standard text not null
);
create index items_by_unit on items(unit_id, ordinal);

-- kind is rating or complaint; a tag that is no longer offered stays, for reasons refer to it.
create table tags(
    unit_id text not null,
    kind text not null,
    tag_id text not null,
    ordinal bigint not null,
    offered bigint not null,
    text text not null,
    primary key (unit_id, kind, tag_id)
);

create table notices(
    unit_id text not null,
    ordinal bigint not null,
    notice text not null,
    primary key (unit_id, ordinal)
);

create table slides(
    unit_id text not null,
    ordinal bigint not null,
    slide text not null,
    picture bytea not null,
    primary key (unit_id, ordinal)
);

create table sounds(
    unit_id text not null,
    occasion text not null,
    sound bytea not null,
    primary key (unit_id, occasion)
);

-- window_id is null for all windows of the unit; answers is how many dissatisfied answers it settled.
create table wall_rectifications(
    unit_id text not null,
    ordinal bigint not null,
    window_id text,
    done_on bigint,
    answers bigint not null,
    rectification text not null,
    primary key (unit_id, ordinal)
);

create table wall_bulletins(
    unit_id text not null,
    ordinal bigint not null,
    bulletin text not null,
    primary key (unit_id, ordinal)
);

-- What badge and wall show: of each person at each window so much as has been released, in parcels of
-- at least ten ratings. employee_no '' stands for nobody on duty. month is yyyymm.
create table published_figures(
    month bigint not null,
    window_id text not null,
    employee_no text not null,
    services bigint not null,
    rated_services bigint not null,
    satisfied bigint not null,
    basic bigint not null,
    dissatisfied bigint not null,
    released_on bigint not null,
    primary key (month, window_id, employee_no)
);

-- The last day that was closed.
create table closed_days(
    one bigint not null primary key check (one = 1),
    day bigint not null
);
