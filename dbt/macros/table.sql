{#
  How a table is built, in place of the adapter's own way: under its name at once. The build file is made anew by
  each run and nobody reads it meanwhile, so building aside, renaming and dropping what was there (eight statements
  a table) would protect nothing.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {{ run_hooks(pre_hooks) }}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        {{ create_table_as(false, target_relation, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
