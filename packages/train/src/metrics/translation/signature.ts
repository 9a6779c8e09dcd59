/** The release of sacreBLEU with the same scores. `-unroll` tells that another program computed them. */
const VERSION = '2.6.0-unroll';

/** The number of references per hypothesis, or `var` when it varies. */
export class ReferenceCount {
  #counts = new Set<number>();

  add(count: number): void {
    this.#counts.add(count);
  }

  toString(): string {
    return this.#counts.size > 1 ? 'var' : `${[...this.#counts][0] ?? 0}`;
  }
}

/** The settings of a score, in sacreBLEU's notation: `nrefs:1|case:mixed|…|version:…`. */
export function signature(
  references: ReferenceCount,
  lowercase: boolean,
  fields: Readonly<Record<string, string | number>>,
): string {
  const all = { nrefs: references, case: lowercase ? 'lc' : 'mixed', ...fields, version: VERSION };
  return Object.entries(all)
    .map(([name, value]) => `${name}:${value}`)
    .join('|');
}
