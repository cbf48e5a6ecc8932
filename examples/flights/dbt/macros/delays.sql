{% macro is_delayed(column) -%}
    ({{ column }} > {{ var('delayed_after_min') }})
{%- endmacro %}

{% macro percent_of(part, whole, digits=2) -%}
    round(100.0 * ({{ part }}) / nullif({{ whole }}, 0), {{ digits }})
{%- endmacro %}
