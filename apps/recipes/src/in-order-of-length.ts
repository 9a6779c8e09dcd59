/**
 * Passes rows of ids to `find` a number at a time, rows of similar length together, which need less padding.
 *
 * @returns what was found for each row, in the order of the rows
 */
export async function inOrderOfLength<Found>(
  rows: readonly (readonly number[])[],
  atOnce: number,
  find: (rows: readonly (readonly number[])[]) => Promise<readonly Found[]>,
): Promise<Found[]> {
  const all = new Array<Found>(rows.length);
  const byLength = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length);
  for (let first = 0; first < rows.length; first += atOnce) {
    const places = byLength.slice(first, first + atOnce);
    const found = await find(places.map((place) => rows[place]!));
    for (const [i, place] of places.entries()) all[place] = found[i]!;
  }
  return all;
}
