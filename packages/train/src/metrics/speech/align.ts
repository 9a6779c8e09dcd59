import { checkValue } from '@unroll/backend/checks';
import { texts } from '../../checks.ts';
import { type Differing, differing, lastEdit } from './edit-distance.ts';

/** A position of an alignment: a symbol of the reference, of the hypothesis, or of both. */
export interface AlignedSymbol {
  readonly operation: 'equal' | 'substitute' | 'delete' | 'insert';
  /** Absent when the hypothesis inserts a symbol */
  readonly reference?: string;
  /** Absent when the hypothesis lacks the symbol */
  readonly hypothesis?: string;
}

/**
 * Aligns a hypothesis with a reference with the fewest edits, as jiwer does. It takes memory proportional to the
 * product of the lengths.
 *
 * @example
 * align(['a', 'b', 'c'], ['a', 'x', 'c']).map(({ operation }) => operation); // ['equal', 'substitute', 'equal']
 */
export function align(reference: readonly string[], hypothesis: readonly string[]): AlignedSymbol[] {
  checkValue('align', 'reference', reference, texts);
  checkValue('align', 'hypothesis', hypothesis, texts);
  const rest = differing(reference, hypothesis);
  const fewest = editTable(rest);
  const aligned: AlignedSymbol[] = [];
  // Builds the alignment from the end: the first i and j symbols remain to be aligned.
  const end = reference.length - rest.start - rest.reference.length;
  for (let k = 1; k <= end; k++) aligned.push(pair(reference.at(-k)!, hypothesis.at(-k)!));
  let [i, j] = [rest.reference.length, rest.hypothesis.length];
  while (i > 0 || j > 0) {
    const last = lastOf(fewest, i, j);
    if (last !== 'insert') i--;
    if (last !== 'delete') j--;
    const [theirs, ours] = [reference[rest.start + i]!, hypothesis[rest.start + j]!];
    if (last === 'delete') aligned.push({ operation: 'delete', reference: theirs });
    else if (last === 'insert') aligned.push({ operation: 'insert', hypothesis: ours });
    else aligned.push(pair(theirs, ours));
  }
  for (let k = rest.start - 1; k >= 0; k--) aligned.push(pair(reference[k]!, hypothesis[k]!));
  return aligned.reverse();
}

function lastOf(fewest: readonly Uint32Array[], i: number, j: number): ReturnType<typeof lastEdit> {
  if (i === 0) return 'insert';
  if (j === 0) return 'delete';
  return lastEdit(fewest[i]![j]!, fewest[i - 1]![j]!, fewest[i]![j - 1]!, fewest[i - 1]![j - 1]!);
}

const pair = (reference: string, hypothesis: string): AlignedSymbol => ({
  operation: reference === hypothesis ? 'equal' : 'substitute',
  reference,
  hypothesis,
});

/** `[i][j]`: the fewest edits for the first i symbols of the reference and j of the hypothesis. */
function editTable({ reference, hypothesis }: Differing): Uint32Array[] {
  const first = Uint32Array.from({ length: hypothesis.length + 1 }, (_, j) => j);
  const table = [first];
  reference.forEach((symbol, i) => {
    const above = table[i]!;
    const row = new Uint32Array(hypothesis.length + 1);
    row[0] = i + 1;
    for (let j = 1; j <= hypothesis.length; j++) {
      const mismatch = symbol === hypothesis[j - 1] ? 0 : 1;
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + mismatch);
    }
    table.push(row);
  });
  return table;
}
