import { markdownTable } from 'markdown-table';
import { flops } from './flops.ts';
import type { Cell, Measurement } from './measure.ts';
import { isTraining } from './workloads.ts';

const digits = (milliseconds: number): string => milliseconds.toPrecision(milliseconds < 100 ? 3 : 4);

/** `median (q1–q3)`, and for the others how many times ours it is. */
function shown(cell: Cell | undefined, ours: Cell | undefined, isOurs: boolean): string {
  if (!cell) return '';
  if ('unsupported' in cell) return '–';
  const spread = `${digits(cell.median)} (${digits(cell.quartiles[0])}–${digits(cell.quartiles[1])})`;
  if (isOurs || !ours || 'unsupported' in ours) return spread;
  return `${spread} ${(cell.median / ours.median).toFixed(2)}×`;
}

/**
 * A Markdown table: a row a case and pass, a column a peer, milliseconds; the floor is the workload's operations at the
 * rate that `ours` reached in the matrix product of the same run.
 *
 * @param ours the column that the others' factors refer to
 */
export function table(measurements: readonly Measurement[], peers: readonly string[], ours: string): string {
  const gemm = measurements.find(({ workload }) => workload.kind === 'gemm');
  const gemmCell = gemm?.cells.get(ours);
  const rate =
    gemm && gemmCell && 'median' in gemmCell ? flops(gemm.workload, gemm.pass)! / gemmCell.median : undefined;
  const floor = ({ workload, pass }: Measurement): string => {
    const operations = flops(workload, pass);
    return rate && operations ? digits(operations / rate) : '';
  };
  const rows = measurements.map((measurement) => [
    `${measurement.workload.id} ${measurement.pass}`,
    floor(measurement),
    ...peers.map((peer) => shown(measurement.cells.get(peer), measurement.cells.get(ours), peer === ours)),
  ]);
  return markdownTable([['milliseconds', 'floor', ...peers], ...rows]);
}

/** Why peers have no number, a line each. */
export function omissions(measurements: readonly Measurement[]): string[] {
  const lines = new Set<string>();
  for (const { workload, cells } of measurements) {
    for (const [peer, cell] of cells) {
      if ('unsupported' in cell) lines.add(`${peer}, ${workload.id}: ${cell.unsupported}`);
    }
  }
  return [...lines];
}

/** Examples a second of training steps, a line a peer. */
export function throughput(measurements: readonly Measurement[]): string[] {
  return measurements.flatMap(({ workload, cells }) => {
    if (!isTraining(workload)) return [];
    return [...cells].flatMap(([peer, cell]) =>
      'median' in cell
        ? [`${workload.id}, ${peer}: ${Math.round((1000 * workload.rows) / cell.median)} examples/s`]
        : [],
    );
  });
}
