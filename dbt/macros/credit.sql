{# Why a payer stands at its level once `added` is on top of its exposure: one order of questions, asked for the
   customer (added 0) and for each of its deals (added = the deal with tax). Expects the columns of int_payer_credit
   and is_ledger_known in scope. #}
{% macro credit_reason(added) -%}
    case
        when not is_partner_known then 'CREDIT_NO_PARTNER'
        when is_frozen then 'CREDIT_FROZEN'
        when limit_treatment = 'blocked' then 'CREDIT_LIMIT_ZERO'
        when is_long_overdue then 'CREDIT_LONG_OVERDUE'
        when limit_treatment = 'unlimited' then 'CREDIT_UNLIMITED'
        when limit_treatment = 'untied' then 'CREDIT_NOT_TIED'
        when not is_ledger_known or exposure_amount is null then 'CREDIT_NO_LEDGER'
        when payer_missing_rate_currency is not null then 'CREDIT_NO_RATE'
        when limit_treatment = 'unknown' then 'CREDIT_NO_LIMIT'
        when exposure_amount + {{ added }} > credit_limit_amount then 'CREDIT_OVER'
        when
            exposure_amount + {{ added }}
            >= {{ product('credit_limit_amount', policy('credit_near_pct', 'decimal(18, 6)')) }} / 100
            then 'CREDIT_NEAR'
        else 'CREDIT_WITHIN'
    end
{%- endmacro %}

{# The level that each reason stands for. #}
{% macro credit_level(reason_code) -%}
    case
        when {{ reason_code }} in ('CREDIT_FROZEN', 'CREDIT_LIMIT_ZERO', 'CREDIT_LONG_OVERDUE') then 'Blocked'
        when {{ reason_code }} in ('CREDIT_UNLIMITED', 'CREDIT_WITHIN') then 'None'
        when {{ reason_code }} = 'CREDIT_OVER' then 'Over'
        when {{ reason_code }} = 'CREDIT_NEAR' then 'Near'
        else 'Unknown'
    end
{%- endmacro %}
