import type { Column } from '../driver/column.ts';
import type { RemotePeer } from '../driver/remote-peer.ts';
import { flops } from '../flops.ts';
import type { Measurement } from '../measure.ts';
import { floorProducts } from '../workloads.ts';
import { nativePeak } from './native-peak.ts';

/** The best measured rate with a number of threads. A GPU has no threads and no floor. */
export interface Rate {
  readonly threads: number;
  /** Operations per millisecond */
  readonly rate: number;
  /** What reached this rate */
  readonly by: string;
}

/** The best rate for each number of threads. */
export class Floor {
  readonly #best = new Map<number, Rate>();

  note(found: Rate): void {
    const known = this.#best.get(found.threads);
    if (!known || known.rate < found.rate) this.#best.set(found.threads, found);
  }

  /** Sorted from the most threads to the fewest */
  get rates(): Rate[] {
    return [...this.#best.values()].sort((a, b) => b.threads - a.threads);
  }

  /** The least time of a measurement's operations in milliseconds; undefined when unknown. */
  of({ workload, pass }: Pick<Measurement, 'workload' | 'pass'>, threads: number): number | undefined {
    const rate = this.#best.get(threads)?.rate;
    const operations = flops(workload, pass);
    return rate && operations ? operations / rate : undefined;
  }
}

const RUNS = 10;
const ROUNDS = 3;

/** Adds the rate of operations in registers, if there is a C compiler. */
export function noteNativePeak(floor: Floor, threadCounts: Iterable<number>): void {
  const peak = nativePeak();
  if (!peak) return;
  for (const threads of new Set(threadCounts)) {
    if (threads === 0) continue;
    // The program prints billions per second, which are millions per millisecond.
    floor.note({ threads, rate: 1e6 * peak(threads), by: 'multiplications and additions in registers' });
  }
}

/** Adds the best rate of matrix products of several sizes on every peer. */
export async function noteProducts(
  floor: Floor,
  peers: readonly RemotePeer[],
  columns: ReadonlyMap<string, Column>,
): Promise<void> {
  for (const workload of floorProducts) {
    for (let round = 0; round < ROUNDS; round++) {
      for (const peer of peers) {
        const column = columns.get(peer.name);
        if (!column?.threads) continue;
        const reply = await peer.ask({ case: workload.id, pass: 'forward', runs: RUNS });
        if (!('milliseconds' in reply)) continue;
        const rate = flops(workload, 'forward')! / Math.min(...reply.milliseconds);
        floor.note({ threads: column.threads, rate, by: `${workload.title} of ${column.heading}` });
      }
    }
  }
}
