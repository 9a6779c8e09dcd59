/** The first of those that were counted most often, as in NLTK */
export const mostFrequent = (counts: ReadonlyMap<string, number>): string =>
  [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
