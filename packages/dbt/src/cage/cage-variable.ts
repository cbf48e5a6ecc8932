/** Environment variable that carries the cage from the job service to the engine, which removes it at once. */
export const CAGE_VARIABLE = "AIRLOOM_DBT_CAGE";
