"""What needs a person, and the pipeline by verdict."""

ISSUES = """
select severity, area, coalesce(record_name, record_key) as record_name, message_en, message_es
from marts.fct_data_issue
order by case severity when 'high' then 1 when 'medium' then 2 else 3 end, abs(coalesce(amount, 0)) desc
limit 50
"""

VERDICTS = """
select verdict, count(*) as deals, cast(sum(net_amount) as double) as net_amount
from marts.fct_deal
where is_open
group by verdict
order by case verdict when 'Go' then 1 when 'Check' then 2 when 'Stop' then 3 else 4 end
"""
