create table if not exists batch (
    first_offset integer primary key,
    count integer not null,
    first_at integer not null,
    last_at integer not null,
    items blob not null
);
