import { shown } from './check-options.ts';

/** Values by name: an object, or a `Map` or other pairs, which may also have names such as `__proto__`. */
export type Named<T> = Readonly<Record<string, T>> | Iterable<readonly [string, T]>;

/**
 * The pairs of names and values.
 *
 * @throws TypeError when they are not pairs, or a name is repeated, is not a string or is not Unicode text (half a
 *   surrogate pair)
 */
export function pairsOf<T>(owner: string, argument: string, named: Named<T>): (readonly [string, T])[] {
  if (!(isIterable(named) || Object.prototype.toString.call(named) === '[object Object]')) {
    throw new TypeError(`${owner}: ${argument} is ${shown(named)}; expected an object or a Map`);
  }
  const pairs = [...(isIterable(named) ? named : Object.entries(named))];
  const seen = new Set<string>();
  for (const [i, pair] of pairs.entries()) {
    if (!Array.isArray(pair)) {
      throw new TypeError(
        `${owner}: ${argument} has ${shown(pair)} at ${i}; expected a pair [name, value], as it is ${shown(named)}`,
      );
    }
    const [name]: readonly unknown[] = pair;
    if (typeof name !== 'string' || /\p{Surrogate}/u.test(name)) {
      throw new TypeError(
        `${owner}: ${argument} has the name ${shown(name)}; expected a string of Unicode text`,
      );
    }
    if (seen.has(name)) throw new TypeError(`${owner}: ${argument} has the name '${name}' twice`);
    seen.add(name);
  }
  return pairs;
}

const isIterable = <T>(named: Named<T>): named is Iterable<readonly [string, T]> =>
  typeof named === 'object' && named !== null && typeof Reflect.get(named, Symbol.iterator) === 'function';
