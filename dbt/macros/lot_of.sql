{# The lot that a week needs after `planned` was planned before it: nothing while the balance holds,
   else all that is short to the end of the order interval, at least a minimum, in whole multiples (K9). #}
{% macro lot_of(planned, week) -%}
    case
        when balance_qtys[{{ week }}] + {{ planned }} >= -1e-6 then 0
        when lot_multiple_qty > 0
            then
                ceil(
                    greatest(
                        -{{ planned }}
                        - list_min(balance_qtys[{{ week }}:{{ week }} + interval_weeks - 1]),
                        lot_min_qty
                    ) / lot_multiple_qty - 1e-6
                ) * lot_multiple_qty
        else
            greatest(
                -{{ planned }}
                - list_min(balance_qtys[{{ week }}:{{ week }} + interval_weeks - 1]),
                lot_min_qty
            )
    end
{%- endmacro %}
