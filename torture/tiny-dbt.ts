// Speaks as dbt does as far as the torture of the provider asks: one selection fails, another never ends.
const what = process.argv.find((word) => word === "fails" || word === "hangs");
if (what === "fails") process.exitCode = 1;
if (what === "hangs") setInterval(() => undefined, 1_000);
