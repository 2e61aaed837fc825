-- Public pages -----------------------------------------------------------------------------------

-- What citizens wrote on their phones, sealed before it came here; seq is that of the entry that the
-- token names, which may arrive later. A field that was erased is null, its commitment stays.
create table opinions(
    terminal_id text not null,
    incarnation blob not null,
    seq integer not null,
    window_id text not null,
    received_at integer not null,
    opinion blob,
    opinion_commitment blob not null,
    phone blob,
    phone_commitment blob,
    primary key (terminal_id, incarnation, seq)
) strict, without rowid;
create index opinions_by_time on opinions(received_at);

-- When a token was first shown whose terminal's clock cannot be believed.
create table opinion_sights(
    terminal_id text not null,
    incarnation blob not null,
    seq integer not null,
    seen_at integer not null,
    primary key (terminal_id, incarnation, seq)
) strict, without rowid;

create index ratings_by_receipt on ratings(receipt) where receipt <> '';
