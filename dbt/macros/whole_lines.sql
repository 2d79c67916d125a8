{# A list of lines as the text of a field that takes `length` characters: cut after the last whole line, and
   then how many more there were (B11). #}
{% macro whole_lines(lines, length, language='en') -%}
    {%- set more = 'más' if language == 'es' else 'more' -%}
    (case
        when length(array_to_string({{ lines }}, chr(10))) <= {{ length }}
            then array_to_string({{ lines }}, chr(10))
        else list_max(list_transform(
            list_filter(
                list_transform(range(0, len({{ lines }})), lambda kept: {
                    'kept': kept,
                    'told': array_to_string(
                        list_append(
                            {{ lines }}[1:kept], '+' || (len({{ lines }}) - kept) || ' {{ more }}'
                        ), chr(10)
                    )
                }),
                lambda cut: length(cut.told) <= {{ length }}
            ),
            lambda cut: {'kept': cut.kept, 'told': cut.told}
        )).told
    end)
{%- endmacro %}
