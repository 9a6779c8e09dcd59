/** Names of nodes, unique over a graph and its bodies. */
export class Names {
  prefix = '';
  #next = 0;

  /** Names that are made while `build` runs tell which part of the graph they belong to. */
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
