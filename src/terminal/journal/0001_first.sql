create table incarnations (
    ordinal     integer primary key,
    incarnation text    not null unique,
    -- The seq that the center is known to expect next; entries below it are acknowledged.
    next_seq    integer not null,
    -- Entries below this one are no longer kept; the hash stands before it.
    kept_from   integer not null,
    kept_hash   blob    not null,
    -- 1 when the center holds another continuation and ours travels as a branch.
    diverged    integer not null
) strict;

-- The place is (ordinal << 40) + seq. One number that only grows lets SQLite append: a key of two
-- columns costs it three pages more with every fifth rating.
create table entries (
    place   integer primary key,
    public  text    not null,
    private text    not null,
    hash    blob    not null
) strict;

-- By the center's clock: what was acknowledged when, so that a wrong clock prunes nothing.
create table acknowledgements (
    ordinal  integer not null,
    next_seq integer not null,
    center_at integer not null,
    primary key (ordinal, next_seq)
) strict, without rowid;

create table facts (
    name  text    primary key,
    value integer not null
) strict, without rowid;
