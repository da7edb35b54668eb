-- The rows of the shop as tables: line, invoice, customer.
-- Variables: source, zones (files), replay_from, replay_until (instants), customers (how many; null: all).

create or replace table line as
select
    l.file_row_number as no,
    l.InvoiceNo as invoice,
    l.InvoiceNo like 'C%' as cancelled,
    l.StockCode as stock_code,
    l.Description as description,
    l.Quantity as quantity,
    l.UnitPrice as price,
    l.CustomerID as customer,
    l.Country as country,
    timezone('Europe/London', l.InvoiceDate) as instant
from read_parquet(getvariable('source'), file_row_number = true) as l;

-- A slice keeps the same customers on every machine (those with the lowest digests) and as many invoices without one.
delete from line
where getvariable('customers') is not null
  and coalesce(customer, invoice) not in (
    select who
    from (select distinct customer is null as nobody, coalesce(customer, invoice) as who from line)
    qualify row_number() over (partition by nobody order by md5(who), who) <= getvariable('customers')
);

create or replace table invoice as
select
    invoice,
    customer,
    cancelled,
    min(instant) as instant,
    sum(quantity) as items,
    round(sum(quantity * price), 2) as amount,
    arg_max(country, no) as country
from line
group by invoice, customer, cancelled;

-- What each customer had done up to and including each invoice.
create or replace table standing as
select
    invoice,
    customer,
    country,
    instant,
    row_number() over so_far as nth,
    count(*) filter (not cancelled) over so_far as orders,
    round(sum(amount) over so_far, 2) as spend,
    min(instant) filter (not cancelled) over so_far as first_order,
    max(instant) filter (not cancelled) over so_far as last_order
from invoice
where customer is not null
window so_far as (partition by customer order by instant, invoice rows unbounded preceding);

create or replace table zone as
select country, timezone from read_csv(getvariable('zones'), header = true);

-- Invented, as the data has no addresses: an e-mail address for everyone, a device for six in ten.
create or replace table address as
select distinct
    customer,
    'customer-' || customer || '@demo.example' as email,
    case when ('0x' || left(md5(customer || '/push'), 6))::bigint % 100 < 60
        then 'demo-' || left(md5(customer || '/device'), 16)
    end as push_token
from line
where customer is not null;
