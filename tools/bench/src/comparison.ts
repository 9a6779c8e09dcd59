import { markdownTable } from 'markdown-table';
import type { Measurement } from './measure.ts';
import type { Results } from './report.ts';

/** A library's best time over all numbers of threads. */
interface Best {
  readonly milliseconds: number;
  readonly threads: number;
}

/** The library in a name that `peerName` made. */
const libraryOf = (peer: string): string => peer.replace(/ \d+$/, '');

function bestOf({ cells }: Measurement, library: string, { columns }: Results): Best | undefined {
  const times = [...columns].flatMap(([peer, { threads, isComparable }]) => {
    const cell = cells.get(peer);
    const counts = isComparable && libraryOf(peer) === library && cell && 'median' in cell;
    return counts ? [{ milliseconds: cell.median, threads }] : [];
  });
  return times.sort((a, b) => a.milliseconds - b.milliseconds)[0];
}

const shown = (best: Best | undefined): string =>
  best ? `${best.milliseconds.toPrecision(3)} (${best.threads})` : '–';

/**
 * Compares this project's libraries with another library, each with its better number of threads: a Markdown table with
 * the threads in parentheses. Empty when the other library has no figures that can be compared.
 */
export function comparison(other: string, results: Results): string {
  const ours = [...new Set([...results.columns.keys()].map(libraryOf))].filter((library) =>
    library.startsWith('unroll '),
  );
  const rows = results.measurements.flatMap((measurement) => {
    const theirs = bestOf(measurement, other, results);
    const bests = ours.map((library) => bestOf(measurement, library, results));
    const milliseconds = bests.flatMap((best) => (best ? [best.milliseconds] : []));
    if (!theirs || milliseconds.length === 0) return [];
    const factor = theirs.milliseconds / Math.min(...milliseconds);
    const name = `${measurement.workload.id} ${measurement.pass}`;
    return [[name, shown(theirs), ...bests.map(shown), `${factor.toFixed(2)}×`]];
  });
  if (rows.length === 0) return '';
  return markdownTable([['milliseconds (threads)', other, ...ours, 'ours is as fast'], ...rows]);
}
