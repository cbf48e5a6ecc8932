with source as (

    select * from {{ source('raw', 'flights') }}

)

select
    flight_id,
    departed_at,
    cast(departed_at as date) as departed_on,
    cast(delay_min as integer) as delay_min,
    cast(distance_miles as integer) as distance_miles,
    upper(origin) as origin,
    upper(destination) as destination,
    loaded_at
from source
