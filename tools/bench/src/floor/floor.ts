import type { Column } from '../driver/column.ts';
import type { RemotePeer } from '../driver/remote-peer.ts';
import { flops } from '../flops.ts';
import type { Measurement } from '../measure.ts';
import { floorProducts } from '../workloads.ts';
import { nativePeak } from './native-peak.ts';

/** The best rate that anything reached with so many threads; a GPU, which has none, has no floor. */
export interface Rate {
  readonly threads: number;
  /** Operations a millisecond */
  readonly rate: number;
  /** What reached it */
  readonly by: string;
}

/** Rates by the number of threads. */
export class Floor {
  readonly #best = new Map<number, Rate>();

  note(found: Rate): void {
    const known = this.#best.get(found.threads);
    if (!known || known.rate < found.rate) this.#best.set(found.threads, found);
  }

  /** From the most threads to the fewest */
  get rates(): Rate[] {
    return [...this.#best.values()].sort((a, b) => b.threads - a.threads);
  }

  /** The least milliseconds that the operations of a measurement take; undefined where nothing is known. */
  of({ workload, pass }: Pick<Measurement, 'workload' | 'pass'>, threads: number): number | undefined {
    const rate = this.#best.get(threads)?.rate;
    const operations = flops(workload, pass);
    return rate && operations ? operations / rate : undefined;
  }
}

const RUNS = 10;
const ROUNDS = 3;

/** What registers alone reach, where there is a C compiler. */
export function noteNativePeak(floor: Floor, threadCounts: Iterable<number>): void {
  const peak = nativePeak();
  if (!peak) return;
  for (const threads of new Set(threadCounts)) {
    if (threads === 0) continue;
    // The program says billions a second, which are millions a millisecond.
    floor.note({ threads, rate: 1e6 * peak(threads), by: 'multiplications and additions in registers' });
  }
}

/** The best of matrix products of several sizes of every peer. */
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
