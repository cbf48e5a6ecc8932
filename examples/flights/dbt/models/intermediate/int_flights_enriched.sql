{{ config(materialized='ephemeral') }}

select
    flight_id,
    departed_at,
    departed_on,
    cast(extract('hour' from departed_at) as integer) as departed_hour,
    cast(extract('isodow' from departed_at) as integer) as weekday,
    delay_min,
    {{ is_delayed('delay_min') }} as is_delayed,
    distance_miles,
    origin,
    destination
from {{ ref('stg_flights') }}
