// Imported by importing processes before the first Dag file: what the first import of all sets up is set up by then.
export {};
