import { splitByRatio, toArray } from '@unroll/data';

/** Records to learn from, and records that are held out for the evaluation. */
export interface TrainAndTest<T> {
  readonly train: readonly T[];
  readonly test: readonly T[];
}

const HELD_OUT = 0.2;

/** Holds out a fifth of the records. The seed determines the fifth. */
export async function holdOutFifth<T>(records: readonly T[], seed: number): Promise<TrainAndTest<T>> {
  const { train, test } = splitByRatio(records, { train: 1 - HELD_OUT, test: HELD_OUT }, { seed });
  return { train: await toArray(train), test: await toArray(test) };
}
