"""Load of work centres by week against what is available."""

WORK_CENTRES = """
select load.work_centre, centre.work_centre_name, any_value(load.unit_of_measure) as unit,
    sum(load.available_load) as available_load, sum(load.firm_load) as firm_load,
    sum(load.planned_load) as planned_load, sum(load.pipeline_load) as pipeline_load,
    sum(load.overload_hours) as overload_hours,
    sum(load.utilisation_numerator) / nullif(sum(load.utilisation_denominator), 0) * 100
        as utilisation_pct
from marts.fct_capacity_load as load
left join marts.dim_work_centre as centre using (work_centre)
where load.grain = 'week' and load.period_date <= (
    select as_of_date from questions.q_as_of
) + cast($weeks * 7 as integer)
group by load.work_centre, centre.work_centre_name
order by sum(load.firm_load + load.planned_load + load.pipeline_load)
    / nullif(sum(load.available_load), 0) desc nulls last, load.work_centre
"""

WEEKS = """
select period_date, available_load, firm_load, planned_load, pipeline_load, overload_hours,
    utilisation_share * 100 as utilisation_pct, is_assumed
from marts.fct_capacity_load
where grain = 'week' and work_centre = $work_centre and period_date <= (
    select as_of_date from questions.q_as_of
) + cast($weeks * 7 as integer)
order by period_date
"""
