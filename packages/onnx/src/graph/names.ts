/** Names of nodes, unique over a graph and its bodies. */
export class Names {
  prefix = '';
  #next = 0;

  /** Adds `part` to the prefix of all names that are made while `build` runs. */
  within<Result>(part: string, build: () => Result): Result {
    const outer = this.prefix;
    this.prefix = `${outer}/${part}`;
    const result = build();
    this.prefix = outer;
    return result;
  }

  fresh(kind: string): string {
    return `${this.prefix}/${kind}_${this.#next++}`;
  }
}
