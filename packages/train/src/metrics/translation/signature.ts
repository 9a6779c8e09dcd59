/** The release of sacreBLEU that gives the same scores; `-unroll` says that another program computed them. */
const VERSION = '2.6.0-unroll';

/** How many references hypotheses have: a number, or `var` where they differ. */
export class ReferenceCount {
  #counts = new Set<number>();

  add(count: number): void {
    this.#counts.add(count);
  }

  toString(): string {
    return this.#counts.size > 1 ? 'var' : `${[...this.#counts][0] ?? 0}`;
  }
}

/** What a score depends on, as sacreBLEU writes it: `nrefs:1|case:mixed|…|version:…`. */
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
