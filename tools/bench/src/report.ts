import { markdownTable } from 'markdown-table';
import type { Column } from './driver/column.ts';
import type { Floor } from './floor/floor.ts';
import type { Cell, Measurement } from './measure.ts';
import type { Summary } from './statistics.ts';
import { isTraining } from './workload.ts';

/** The data of a table. */
export interface Results {
  readonly measurements: readonly Measurement[];
  /** By peer, in the table's order */
  readonly columns: ReadonlyMap<string, Column>;
  readonly floor: Floor;
  /** The peers to which factors refer: this project on all threads, and on one. */
  readonly references: readonly string[];
}

const digits = (milliseconds: number): string => milliseconds.toPrecision(milliseconds < 100 ? 3 : 4);

const timesOf = (cell: Cell | undefined): Summary | undefined =>
  cell && 'median' in cell ? cell : undefined;

/**
 * `median (q1–q3)`, and the factor to this project on all threads; for a one-thread peer also the factor to one thread.
 */
function shown(measurement: Measurement, peer: string, results: Results): string {
  const cell = measurement.cells.get(peer);
  if (!cell) return '';
  if ('unsupported' in cell) return '–';
  const { columns, floor, references } = results;
  const { threads, isComparable } = columns.get(peer)!;
  const spread = `${digits(cell.median)} (${digits(cell.quartiles[0])}–${digits(cell.quartiles[1])})`;
  const flag = isBelow(cell, floor.of(measurement, threads)) ? ' BELOW ITS FLOOR' : '';
  if (!isComparable || peer === references[0]) return spread + flag;
  const factors = references.slice(0, threads === 1 ? 2 : 1).flatMap((reference) => {
    const ours = timesOf(measurement.cells.get(reference));
    return ours && reference !== peer ? [`${(cell.median / ours.median).toFixed(2)}×`] : [];
  });
  return `${spread} ${factors.join(' / ')}`.trimEnd() + flag;
}

/** Whether any displayed value of a cell is below the floor. */
const isBelow = ({ quartiles, median }: Summary, floor: number | undefined): boolean =>
  floor !== undefined && Math.min(quartiles[0], median) < floor;

/**
 * A Markdown table: a row for each case and pass, a floor for each number of threads, a column for each peer, in
 * milliseconds.
 */
export function table(results: Results): string {
  const { measurements, columns, floor } = results;
  const counts = floor.rates.map(({ threads }) => threads);
  const rows = measurements.map((measurement) => [
    `${measurement.workload.id} ${measurement.pass}`,
    ...counts.map((threads) => {
      const least = floor.of(measurement, threads);
      return least === undefined ? '' : digits(least);
    }),
    ...[...columns.keys()].map((peer) => shown(measurement, peer, results)),
  ]);
  const floors = counts.map((threads) => `floor, ${threads} thread${threads === 1 ? '' : 's'}`);
  const headings = [...columns.values()].map(({ heading }) => heading);
  return markdownTable([['milliseconds', ...floors, ...headings], ...rows]);
}

/** A line for each cell below its floor: either the floor is wrong, or the cell. */
export function belowFloor({ measurements, columns, floor }: Results): string[] {
  return measurements.flatMap((measurement) =>
    [...columns].flatMap(([peer, { heading, threads }]) => {
      const times = timesOf(measurement.cells.get(peer));
      const least = floor.of(measurement, threads);
      if (!times || least === undefined || !isBelow(times, least)) return [];
      const { workload, pass } = measurement;
      return [
        `${heading}, ${workload.id} ${pass}: ${digits(times.quartiles[0])} ms is below the floor of ${digits(least)} ms`,
      ];
    }),
  );
}

/** The reasons why peers have no number, a line for each peer and reason. */
export function omissions({ measurements, columns }: Results): string[] {
  const casesOf = new Map<string, Set<string>>();
  for (const { workload, cells } of measurements) {
    for (const [peer, cell] of cells) {
      if (!('unsupported' in cell)) continue;
      const why = `${columns.get(peer)?.heading ?? peer}: ${cell.unsupported}`;
      casesOf.set(why, (casesOf.get(why) ?? new Set()).add(workload.id));
    }
  }
  return [...casesOf].map(([why, cases]) => `${why} (${[...cases].join(', ')})`);
}

/** Examples per second of training steps, a line for each peer. */
export function throughput({ measurements, columns }: Results): string[] {
  return measurements.flatMap(({ workload, cells }) => {
    if (!isTraining(workload)) return [];
    return [...cells].flatMap(([peer, cell]) =>
      'median' in cell
        ? [
            `${workload.id}, ${columns.get(peer)?.heading ?? peer}: ` +
              `${Math.round((1000 * workload.rows) / cell.median)} examples/s`,
          ]
        : [],
    );
  });
}
