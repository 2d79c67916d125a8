"""Figures by metric, with their definitions."""

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
where fct.is_current and list_contains(?, metric)
"""
