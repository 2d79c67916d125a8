select
    count(distinct document_entry) as orders,
    count(*) as lines,
    sum(open_amount) as net_amount
from marts.fct_delivery_line
where open_qty > 0
