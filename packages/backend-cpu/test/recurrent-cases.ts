import type * as tf from '@tensorflow/tfjs-core';
import { GATES, type Mode } from '@unroll/backend/contract';
import { call, floats, integers, type KernelCase } from './case-tensors.ts';

interface Recurrence {
  readonly mode: Mode;
  readonly steps: number;
  readonly rows: number;
  readonly features: number;
  readonly hiddenSize: number;
  readonly projection?: number;
  readonly bare?: boolean;
}

const recurrences: Record<string, (width: number) => Omit<Recurrence, 'mode'>> = {
  'hidden units': (w) => ({ steps: 2, rows: 3, features: 2, hiddenSize: w }),
  'hidden units of one row': (w) => ({ steps: 2, rows: 1, features: 2, hiddenSize: w }),
  features: (w) => ({ steps: 2, rows: 3, features: w, hiddenSize: 3 }),
  rows: (w) => ({ steps: 2, rows: w, features: 2, hiddenSize: 3, bare: true }),
};

const projections: Record<string, (width: number) => Omit<Recurrence, 'mode'>> = {
  'projected units': (w) => ({ steps: 2, rows: 3, features: 2, hiddenSize: w + 1, projection: w }),
};

function recurrentInputs({ mode, steps, rows, features, hiddenSize, projection, bare }: Recurrence) {
  const gates = GATES[mode] * hiddenSize;
  const output = projection ?? hiddenSize;
  return {
    x: floats([steps, rows, features]),
    weightIh: floats([gates, features], 2),
    weightHh: floats([gates, output], 3),
    weightHr: projection ? floats([projection, hiddenSize], 4) : undefined,
    biasIh: bare ? undefined : floats([gates], 5),
    biasHh: bare ? undefined : floats([gates], 6),
    h0: bare ? undefined : floats([rows, output], 7),
    c0: mode === 'lstm' && !bare ? floats([rows, hiddenSize], 8) : undefined,
    lengths: bare ? undefined : integers(Array.from({ length: rows }, (_, row) => 1 + (row % steps))),
  };
}

const forward = (recurrence: Recurrence, training: boolean) =>
  call('RecurrentForward', recurrentInputs(recurrence), { mode: recurrence.mode, reverse: false, training });

function backward(recurrence: Recurrence): tf.Tensor[] {
  const { mode, rows, hiddenSize } = recurrence;
  const { weightHh, weightHr, h0, c0, lengths } = recurrentInputs(recurrence);
  const results = forward(recurrence, true);
  const y = results[0]!;
  const reserve = results.at(-1)!;
  const output = y.shape[2]!;
  return call(
    'RecurrentBackward',
    {
      dy: floats(y.shape, 9),
      dhN: floats([rows, output], 10),
      dcN: mode === 'lstm' ? floats([rows, hiddenSize], 11) : undefined,
      y, reserve, weightHh, weightHr, h0, c0, lengths,
    }, // biome-ignore format: as above
    { mode, reverse: false },
  );
}

const everyMode: readonly Mode[] = ['rnn_tanh', 'rnn_relu', 'lstm', 'gru'];

/** Whole sequences, forward and backward, by the name of the computation. */
export function* recurrentCases(): Generator<[string, KernelCase]> {
  for (const mode of everyMode) {
    const sizes = mode === 'lstm' ? { ...recurrences, ...projections } : recurrences;
    for (const [what, of] of Object.entries(sizes)) {
      yield [`${'RecurrentForward'}, ${mode}, ${what}`, (w) => forward({ mode, ...of(w) }, false)];
      yield [`${'RecurrentBackward'}, ${mode}, ${what}`, (w) => backward({ mode, ...of(w) })];
    }
  }
}
