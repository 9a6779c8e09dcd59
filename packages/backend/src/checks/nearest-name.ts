/** Names that other libraries use for options (lower case, no underscores), with the names that Unroll uses. */
const synonyms = new Map<string, readonly string[]>(
  Object.entries({
    learningrate: ['lr'],
    beta1: ['betas'],
    beta2: ['betas'],
    epsilon: ['eps'],
    rho: ['alpha'],
    rate: ['p', 'dropout', 'lr'],
    units: ['hiddenSize', 'outFeatures'],
    layers: ['numLayers'],
    usebias: ['bias'],
    vocabsize: ['numEmbeddings'],
    axis: ['dim'],
    sizeaverage: ['reduction'],
    inplanes: ['inFeatures'],
    nesterovmomentum: ['nesterov'],
    clipnorm: ['clipGradNorm'],
    clipvalue: ['clipGradValue'],
    maxgradnorm: ['clipGradNorm'],
    numthreads: ['threads'],
  }),
);

/** The known name that the caller most likely meant, ignoring case and underscores; undefined if no name is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const meant = plain(name);
  const same = known.find((candidate) => plain(candidate) === meant);
  const synonym = synonyms.get(meant)?.find((candidate) => known.includes(candidate));
  return same ?? synonym ?? closest(meant, known) ?? containing(meant, known);
}

const plain = (name: string): string => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

/** The name that needs the fewest edits, if they are at most a third of its letters. */
function closest(meant: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(meant, plain(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.max(candidate.length, meant.length) / 3)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** The known name that contains the given one: `weightDecay` for `decay`. */
function containing(meant: string, known: readonly string[]): string | undefined {
  const long = (part: string) => part.length >= 3;
  return known.find((candidate) => {
    const letters = plain(candidate);
    return (long(meant) && letters.includes(meant)) || (long(letters) && meant.includes(letters));
  });
}

/** The number of letters to insert, delete or replace (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
