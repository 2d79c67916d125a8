"""What Promesa brings, and what needs a person."""

ISSUES = """
select
    severity, area, code, count(*) as records,
    cast(sum(abs(amount)) as double) as amount,
    arg_min(message_en, issue_id) as message_en,
    arg_min(message_es, issue_id) as message_es
from marts.fct_data_issue
group by severity, area, code
order by case severity when 'stop' then 1 when 'warn' then 2 else 3 end, records desc, code
"""

ISSUE_RECORDS = """
select severity, area, coalesce(record_name, record_key) as record_name, message_en, message_es
from marts.fct_data_issue
order by case severity when 'stop' then 1 when 'warn' then 2 else 3 end, code, record_key
"""

RESULTS = """
select result, unit, baseline_start_date, baseline_end_date, baseline_numerator,
    baseline_denominator, baseline_excluded_count, baseline_value, current_start_date,
    current_numerator, current_denominator, current_value, change_value, missing
from marts.fct_result
order by result_no
"""
