/** Continues a series that it was made from. */
export interface Forecaster {
  /** The next `steps` numbers, forecast at once from the end of the series. */
  ahead(steps: number): number[];
  /** A forecast of each of the numbers that follow, each made when those before it are known. */
  oneByOne(following: readonly number[]): number[];
}
