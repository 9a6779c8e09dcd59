import { shown } from './check-options.ts';

/** Values by name: an object, or a `Map` or other pairs, which also take names such as `__proto__`. */
export type Named<T> = Readonly<Record<string, T>> | Iterable<readonly [string, T]>;

/**
 * The pairs of a name and a value.
 *
 * @throws TypeError where a name comes twice, is no string or is no Unicode text (half a surrogate pair)
 */
export function pairsOf<T>(owner: string, argument: string, named: Named<T>): (readonly [string, T])[] {
  if (typeof named !== 'object' || named === null) {
    throw new TypeError(`${owner}: ${argument} is ${shown(named)}; expected an object or a Map`);
  }
  const pairs = [...(isIterable(named) ? named : Object.entries(named))];
  const seen = new Set<string>();
  for (const [name] of pairs) {
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

const isIterable = <T>(named: Named<T>): named is Iterable<readonly [string, T]> => Symbol.iterator in named;
