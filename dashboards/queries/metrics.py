"""Figures by metric, with their definitions and their course over the last months."""

CURRENT = """
select
    metric, dim.area, dim.unit, dim.direction, dim.model,
    dim.label_en, dim.label_es, dim.definition_en, dim.definition_es,
    dim.numerator_en, dim.numerator_es, dim.denominator_en, dim.denominator_es,
    dim.excluded_en, dim.excluded_es,
    fct.numerator, fct.denominator, fct.excluded_count, fct.grade,
    cast(fct.value as double) as value,
    cast(before.value as double) as value_before
from marts.dim_metric as dim
inner join marts.fct_metric as fct using (metric)
left join marts.fct_metric as before
    on fct.metric = before.metric
    and before.period_end_date = fct.period_start_date - 1
    and before.period_start_date = fct.period_start_date - interval 1 month
    and date_trunc('month', fct.period_end_date) = date_trunc('month', fct.period_start_date)
where fct.is_current and list_contains(?, metric)
"""

COURSE = """
select metric, period_end_date, cast(value as double) as value
from marts.fct_metric
where list_contains(?, metric)
    and date_trunc('month', period_end_date) = date_trunc('month', period_start_date)
    and period_end_date > (select as_of_date from questions.q_as_of) - interval 12 month
    and period_end_date < date_trunc('month', (select as_of_date from questions.q_as_of))
order by metric, period_end_date
"""
