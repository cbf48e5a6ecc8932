{{ config(tags=['daily']) }}

with airports as (

    select * from {{ ref('stg_airports') }}

),

regions as (

    select * from {{ ref('us_regions') }}

),

departures as (

    select
        origin,
        count(*) as departure_count,
        {{ percent_of('count(*) filter (where is_delayed)', 'count(*)') }} as delayed_percent
    from {{ ref('int_flight_delays') }}
    group by origin

)

select
    airports.airport_code,
    airports.airport_name,
    airports.city,
    airports.state,
    regions.region,
    airports.latitude,
    airports.longitude,
    coalesce(departures.departure_count, 0) as departure_count,
    departures.delayed_percent
from airports
left join regions on airports.state = regions.state
left join departures on airports.airport_code = departures.origin
