{{ config(severity='warn') }}

select flight_id, origin
from {{ ref('stg_flights') }}
where origin = destination
