-- One row a stock code: the most frequent description, the latest price. Postage, fees and prices of zero stay in.
select
    stock_code,
    mode(description) as description,
    arg_max(price, no) as price
from line
group by stock_code
order by stock_code
