/** The origin of a corpus and its terms, which a recipe prints. */
export interface CorpusFacts {
  readonly name: string;
  readonly licence: string;
  /** An npm package with its version, or an address */
  readonly source: string;
}
