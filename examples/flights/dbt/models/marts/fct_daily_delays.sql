{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='departed_on',
        on_schema_change='append_new_columns',
        tags=['hourly']
    )
}}

select
    departed_on,
    origin,
    count(*) as flight_count,
    count(*) filter (where is_delayed) as delayed_count,
    round(avg(delay_min), 2) as mean_delay_min,
    max(delay_min) as worst_delay_min
from {{ ref('int_flight_delays') }}

{% if is_incremental() %}
where departed_on >= (
    select max(departed_on) - {{ var('lookback_days') }} from {{ this }}
)
{% endif %}

group by departed_on, origin
