{# Sentences from data/mappings/reason_text.csv: numbers and dates in the form of the language, codes kept plain. #}

{# A number in the form of the language: 1,234.50 or 1.234,50; whole numbers without decimals. #}
{% macro number_text(expression, language) -%}
    {%- set english -%}
    case
        when cast({{ expression }} as double) = round(cast({{ expression }} as double), 0)
            then format('{:,.0f}', cast({{ expression }} as double))
        else format('{:,.2f}', cast({{ expression }} as double))
    end
    {%- endset -%}
    {%- if language == 'es' -%}
    translate({{ english }}, ',.', '.,')
    {%- else -%}
    {{ english }}
    {%- endif -%}
{%- endmacro %}

{# A share in percent with one decimal: 43.3 or 43,3. #}
{% macro share_text(expression, language) -%}
    {%- set english = "format('{:,.1f}', cast(" ~ expression ~ " as double))" -%}
    {%- if language == 'es' -%}
    translate({{ english }}, ',.', '.,')
    {%- else -%}
    {{ english }}
    {%- endif -%}
{%- endmacro %}

{# A day in the form of the language: 1 Oct 2025 or 01/10/2025. #}
{% macro day_text(expression, language) -%}
    strftime({{ expression }}, '{{ "%d/%m/%Y" if language == "es" else "%-d %b %Y" }}')
{%- endmacro %}

{# A code of a source as it may be written back: letters, digits and joints alone, at most 50 of them. #}
{% macro plain_code(expression) -%}
    left(regexp_replace(
        replace(cast({{ expression }} as varchar), ' → ', '→'), '[^\p{L}\p{N}._/+#→-]+', '_', 'g'
    ), 50)
{%- endmacro %}

{# The sentence with its values; values is a mapping of placeholder to [kind, expression], and an empty
   value shows as ?. Kind text keeps a source's own words: for people on pages alone, never for what is
   written back (S8). #}
{% macro sentence(template, values, language) -%}
    array_to_string(
        list_transform(
            string_split({{ template }}, '{'),
            lambda piece: case
                when contains(piece, '}')
                    then
                        coalesce(
                            map_extract_value(
                                map(
                                    [
                                        {%- for name in values %}
                                        '{{ name }}'{{ ',' if not loop.last }}
                                        {%- endfor %}
                                    ],
                                    [
                                        {%- for value in values.values() %}
                                        {{ shown(value, language) }}{{ ',' if not loop.last }}
                                        {%- endfor %}
                                    ]
                                ),
                                split_part(piece, '}', 1)
                            ),
                            '?'
                        )
                        || split_part(piece, '}', 2)
                else piece
            end
        ),
        ''
    )
{%- endmacro %}

{# One value as its kind wants it shown. #}
{% macro shown(value, language) -%}
    {%- if value[0] == 'number' -%}
    {{ number_text(value[1], language) }}
    {%- elif value[0] == 'share' -%}
    {{ share_text(value[1], language) }}
    {%- elif value[0] == 'day' -%}
    {{ day_text(value[1], language) }}
    {%- elif value[0] == 'text' -%}
    cast({{ value[1] }} as varchar)
    {%- else -%}
    {{ plain_code(value[1]) }}
    {%- endif -%}
{%- endmacro %}
