-- One row a customer with an invoice before the replay, as of its start.
with
    latest as (
        select *
        from standing
        where instant < getvariable('replay_from')
        qualify row_number() over (partition by customer order by nth desc) = 1
    ),
    favourite as (
        select customer, description
        from line
        where instant < getvariable('replay_from') and customer is not null and description is not null
          and left(stock_code, 1) between '0' and '9'
        group by customer, description
        having sum(quantity) > 0
        qualify row_number() over (partition by customer order by sum(quantity) desc, description) = 1
    )
select
    customer as profile_id,
    a.email,
    a.push_token,
    l.country,
    z.timezone,
    strftime(l.first_order, '%Y-%m-%dT%H:%M:%SZ') as first_order,
    strftime(l.last_order, '%Y-%m-%dT%H:%M:%SZ') as last_order,
    l.orders,
    l.spend,
    f.description as favourite
from latest as l
join address as a using (customer)
left join favourite as f using (customer)
left join zone as z on z.country = l.country
order by customer
