select
    count(*) as lines,
    sum(open_qty) as qty
from marts.fct_expected_receipt
