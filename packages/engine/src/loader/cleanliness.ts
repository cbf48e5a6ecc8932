// Taken before any user code runs: what is checked here must not be done with what it checks.
const { ownKeys, getOwnPropertyDescriptor } = Reflect;
const { is } = Object;
const { stringify } = JSON;
const getResources = process.getActiveResourcesInfo.bind(process);
const getFolder = process.cwd.bind(process);

/** Built-ins that the reading of Dags itself stands on. */
const BUILT_INS: readonly (readonly [name: string, object: object])[] = [
  ["Object", Object],
  ["Object.prototype", Object.prototype],
  ["Array", Array],
  ["Array.prototype", Array.prototype],
  ["Function.prototype", Function.prototype],
  ["String.prototype", String.prototype],
  ["Promise", Promise],
  ["Promise.prototype", Promise.prototype],
  ["Map.prototype", Map.prototype],
  ["Set.prototype", Set.prototype],
  ["Date.prototype", Date.prototype],
  ["JSON", JSON],
  ["Reflect", Reflect],
];

/** Other things that all code of a process shares; programs patch them for honest reasons too. */
const SHARED: readonly (readonly [name: string, object: object])[] = [
  ["globalThis", globalThis],
  ["Date", Date],
  ["Math", Math],
  ["console", console],
];

interface Property {
  readonly name: string;
  readonly object: object;
  readonly key: string | symbol;
  readonly value: unknown;
}

/** Tells what imported files did to what they share with others. */
export interface Cleanliness {
  /** Such as `Array.prototype.map`: a built-in that was replaced, or an enumerable one that was added. */
  findBrokenBuiltIn(): string | undefined;
  /** False when anything is left that could touch the next file: a patch, a timer, a socket, a variable. */
  isUntouched(): boolean;
}

/** Remembers how everything stands now. */
export function watchCleanliness(): Cleanliness {
  const builtIns = takeSnapshot(BUILT_INS);
  const shared = takeSnapshot(SHARED);
  const environment = stringify(process.env);
  const resources = getResources().length;
  const folder = getFolder();
  return {
    findBrokenBuiltIn: () => findReplaced(builtIns) ?? findEnumerable(),
    isUntouched: () =>
      findReplaced(builtIns) === undefined &&
      !hasAdditions(BUILT_INS, builtIns) &&
      findReplaced(shared) === undefined &&
      !hasAdditions(SHARED, shared) &&
      getResources().length <= resources &&
      getFolder() === folder &&
      stringify(process.env) === environment,
  };
}

function takeSnapshot(
  of: readonly (readonly [name: string, object: object])[],
): readonly Property[] {
  const properties: Property[] = [];
  for (const [name, object] of of) {
    for (const key of ownKeys(object)) {
      // Node and libraries keep their own things under symbols of the global object, and set them up when first used.
      if (object === globalThis && typeof key === "symbol") continue;
      properties[properties.length] = { name, object, key, value: valueOf(object, key) };
    }
  }
  return properties;
}

function valueOf(object: object, key: string | symbol): unknown {
  const descriptor = getOwnPropertyDescriptor(object, key);
  return descriptor?.get ?? descriptor?.value;
}

function findReplaced(before: readonly Property[]): string | undefined {
  for (let index = 0; index < before.length; index += 1) {
    const property = before[index];
    if (property === undefined || is(valueOf(property.object, property.key), property.value))
      continue;
    return typeof property.key === "string" ? `${property.name}.${property.key}` : property.name;
  }
  return undefined;
}

/** A key added to Object.prototype that shows up in every loop over any object. */
function findEnumerable(): string | undefined {
  for (const key in {}) return `Object.prototype.${key}`;
  return undefined;
}

function hasAdditions(
  of: readonly (readonly [name: string, object: object])[],
  before: readonly Property[],
): boolean {
  let count = 0;
  for (let index = 0; index < of.length; index += 1) {
    const object = of[index]?.[1];
    if (object === undefined) continue;
    const keys = ownKeys(object);
    for (let at = 0; at < keys.length; at += 1) {
      if (object !== globalThis || typeof keys[at] === "string") count += 1;
    }
  }
  return count !== before.length;
}
