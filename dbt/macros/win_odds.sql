{# The cells of one level, drawn to the level above; a cell with too few deals takes its parent's odds whole. #}
{% macro odds_of_level(level, parent, keys=[]) %}
    select
        cells.*,
        parent.odds as parent_odds,
        case
            when cells.closed_count >= {{ policy('win_min_deals') }}
                then
                    (cells.won_count + {{ policy('win_prior_deals', 'double') }} * parent.odds)
                    / (cells.closed_count + {{ policy('win_prior_deals', 'double') }})
            else parent.odds
        end as odds,
        case
            when cells.closed_count >= {{ policy('win_min_deals') }} then cells.level
            else parent.basis
        end as basis,
        case
            when cells.closed_count >= {{ policy('win_min_deals') }}
                then cells.closed_count + {{ policy('win_prior_deals', 'double') }}
            else parent.weight
        end as weight
    from cells
    inner join {{ parent }} as parent
        on
            cells.level = '{{ level }}'
            {%- for key in keys %}
            and cells.{{ key }} is not distinct from parent.{{ key }}
            {%- endfor %}
{% endmacro %}

{# An end of Wilson's interval of 90 in 100 around a share that rests on `weight` deals; `sign` is + or -. #}
{% macro wilson_end(share, weight, sign) -%}
    {%- set z = 1.644854 -%}
    least(greatest(
        ({{ share }} + {{ z ** 2 / 2 }} / {{ weight }}
        {{ sign }} {{ z }} * sqrt(
            {{ share }} * (1 - {{ share }}) / {{ weight }} + {{ z ** 2 / 4 }} / {{ weight }} ** 2
        )) / (1 + {{ z ** 2 }} / {{ weight }}),
        0
    ), 1)
{%- endmacro %}
