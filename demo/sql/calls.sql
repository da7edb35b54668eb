-- Every call that the shop would have made, in the order of time, as objects of the Segment specification.
-- rank: of one instant, a new customer is identified first, then come the lines of an invoice, then the invoice.
with
    identified as (
        select
            0 as rank, min(s.no) as no, s.customer, min(s.instant) as instant, 'identify' as type, null::varchar as event,
            'identify-' || s.customer as message_id,
            to_json({email: any_value(a.email), push_token: any_value(a.push_token),
                     country: arg_min(s.country, s.no), timezone: arg_min(z.timezone, s.no)}) as traits,
            null::json as properties, null::json as context
        from line as s
        join address as a using (customer)
        left join zone as z on z.country = s.country
        group by s.customer
    ),
    bought as (
        select
            1 as rank, no, customer, instant, 'track' as type, 'Product Bought' as event,
            'line-' || no as message_id,
            null::json as traits,
            to_json({invoice: invoice, stock_code: stock_code, quantity: quantity, price: price}) as properties,
            null::json as context
        from line
        where not cancelled
    ),
    ordered as (
        select
            2 as rank, s.nth as no, i.customer, i.instant, 'track' as type,
            case when i.cancelled then 'Order Cancelled' else 'Order Completed' end as event,
            'invoice-' || i.invoice as message_id,
            null::json as traits,
            to_json({invoice: i.invoice, amount: i.amount, items: i.items}) as properties,
            case when s.customer is not null then to_json({traits: {
                orders: s.orders, spend: s.spend,
                first_order: strftime(s.first_order, '%Y-%m-%dT%H:%M:%SZ'),
                last_order: strftime(s.last_order, '%Y-%m-%dT%H:%M:%SZ')}}) end as context
        from invoice as i
        left join standing as s on s.invoice = i.invoice and s.customer = i.customer
    )
select
    instant,
    rank,
    no,
    type,
    customer as "userId",
    event,
    strftime(instant, '%Y-%m-%dT%H:%M:%SZ') as "timestamp",
    message_id as "messageId",
    traits,
    properties,
    context
from (from identified union all by name from bought union all by name from ordered)
