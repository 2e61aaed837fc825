-- Public pages -----------------------------------------------------------------------------------

-- What citizens wrote on their phones, sealed before it came here; seq is that of the entry that the
-- token names, which may arrive later. A field that was erased is null, its commitment stays.
create table opinions(
    terminal_id text not null,
    incarnation bytea not null,
    seq bigint not null,
    window_id text not null,
    received_at bigint not null,
    opinion bytea,
    opinion_commitment bytea not null,
    phone bytea,
    phone_commitment bytea,
    primary key (terminal_id, incarnation, seq)
);
create index opinions_by_time on opinions(received_at);

-- When a token was first shown whose terminal's clock cannot be believed.
create table opinion_sights(
    terminal_id text not null,
    incarnation bytea not null,
    seq bigint not null,
    seen_at bigint not null,
    primary key (terminal_id, incarnation, seq)
);

create index ratings_by_receipt on ratings(receipt) where receipt <> '';
