import { beforeAll, describe, expect, it } from 'vitest';
import { type Allocated, allocatedBy, collectGarbage } from '../test/allocated.ts';
import { type Mutation, mutations } from '../test/mutations.ts';
import { Random } from '../test/random.ts';
import type { Dtype } from './dtypes.ts';
import { dtypeNames, dtypes } from './dtypes.ts';
import {
  openSafetensors,
  readSafetensors,
  SafetensorsError,
  type StoredTensor,
  writeSafetensors,
} from './index.ts';
import { tensorOver } from './stored-tensor.ts';

/** `pnpm long safetensors` makes more mutations. */
const COUNT = Number(process.env.UNROLL_MUTATIONS ?? 2000);
const SEED = 20_240_229;

/** The resolution of the heap measurement. */
const HEAP_GRAIN = 4 * 2 ** 20;

const zeros = (dtype: Dtype, shape: readonly number[]): StoredTensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensorOver(dtype, shape, new Uint8Array(size * dtypes[dtype].width));
};

const good: readonly Uint8Array[] = [
  writeSafetensors({}),
  writeSafetensors({ a: zeros('F32', []) }),
  writeSafetensors(new Map((dtypeNames as Dtype[]).map((dtype) => [dtype, zeros(dtype, [3, 5])])), {
    metadata: { format: 'pt', note: 'a "quoted" ü 😀' },
  }),
  writeSafetensors(
    new Map(Array.from({ length: 60 }, (_, i) => [`layers.${i}.weight`, zeros('F32', [i, 2, 1])] as const)),
  ),
  writeSafetensors({ large: zeros('F32', [64, 256]), empty: zeros('F64', [0, 7]), half: zeros('BF16', [9]) }),
];

interface Outcome {
  readonly error: unknown;
  /** Processor time */
  readonly seconds: number;
  readonly allocated: Allocated;
}

function outcomeOf(read: () => void, most: number): Outcome {
  let error: unknown;
  const attempt = () => {
    try {
      read();
    } catch (caught) {
      error = caught;
    }
  };
  const start = process.cpuUsage();
  let allocated = allocatedBy(attempt);
  const { user, system } = process.cpuUsage(start);
  if (allocated.arrays > most) {
    collectGarbage();
    allocated = allocatedBy(attempt);
  }
  return { error, seconds: (user + system) / 1e6, allocated };
}

const random = new Random(SEED);
const rows = Object.entries(mutations);
const each = Math.ceil(COUNT / rows.length);

const damaged = (mutate: Mutation): Uint8Array => {
  const once = mutate(random.one(good), random);
  return random.below(4) === 0 && once.length > 8 ? mutations['bytes that are others']!(once, random) : once;
};

describe(`${each * rows.length} damaged files, by seed ${SEED}`, () => {
  const begun = performance.now();
  let refused = 0;

  // The first calls compile code, which takes time and memory of its own.
  beforeAll(() => {
    for (const file of good) readSafetensors(file);
  });

  it.each(rows)(
    'with %s are read or rejected by a SafetensorsError, at once and in little memory',
    async (_, mutate) => {
      for (let i = 0; i < each; i++) {
        const file = damaged(mutate);
        const { error, seconds, allocated } = outcomeOf(
          () => readSafetensors(i % 2 ? file : Buffer.from(file.buffer)),
          4 * file.length,
        );
        if (error !== undefined) {
          expect(error).toBeInstanceOf(SafetensorsError);
          refused++;
        }
        expect(seconds).toBeLessThan(1);
        expect(allocated.arrays).toBeLessThanOrEqual(4 * file.length);
        expect(allocated.heap).toBeLessThanOrEqual(4 * file.length + HEAP_GRAIN);
        const opened = await openedAndRead(file);
        if ((error as SafetensorsError | undefined)?.reason === 'unsupported-dtype') continue;
        expect((opened as SafetensorsError | undefined)?.reason).toBe(
          (error as SafetensorsError | undefined)?.reason,
        );
      }
    },
  );

  it('are mostly rejected, and some are read', () => {
    const count = each * rows.length;
    const seconds = (performance.now() - begun) / 1000;
    console.log(`${count} files, ${refused} refused, ${Math.round(count / seconds)} files/s`);
    expect(refused).toBeGreaterThan(count / 2);
    expect(refused).toBeLessThan(count);
  });
});

/** Opens a file from a counting source, reads all of its tensors, and returns the error. */
async function openedAndRead(file: Uint8Array): Promise<unknown> {
  let asked = 0;
  const source = {
    size: file.length,
    read: (start: number, end: number) => {
      asked += end - start;
      return file.slice(start, end);
    },
  };
  try {
    const opened = await openSafetensors(source);
    for (const name of opened.names) await opened.read(name);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SafetensorsError);
    return error;
  } finally {
    expect(asked).toBeLessThanOrEqual(file.length);
  }
}
