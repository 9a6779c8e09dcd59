import '@tensorflow/tfjs-backend-cpu';
import { type Backend, tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { optimizers, type Program, programs } from './programs.ts';
import { type Outcome, runProgram } from './run-program.ts';

/** The error that rounding may cause in twelve training steps. */
const TOLERANCE = 2e-4;

const pairs: (readonly [Program, string])[] = [
  ...programs.map((program) => [program, 'adam'] as const),
  ...Object.keys(optimizers).map((optimizer) => [programs[0]!, optimizer] as const),
];
const nameOf = ([program, optimizer]: readonly [Program, string]): string =>
  `${program.name}, by ${optimizer}`;

const backends: readonly Backend[] = [cpu({ threads: 2 }), onnxruntime({ threads: 2 })];

const expected = new Map<string, Outcome>();
beforeAll(async () => {
  await useBackend(tfjsBackend('cpu'));
  for (const pair of pairs) expected.set(nameOf(pair), await runProgram(pair[0], optimizers[pair[1]]!()));
});

describe.each(backends.map((backend) => [backend.name, backend] as const))('on %s', (_, backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(pairs.map((pair) => [nameOf(pair), pair] as const))(
    '%s learns the same as on TensorFlow.js’s own backend',
    async (name, [program, optimizer]) => {
      const actual = await runProgram(program, optimizers[optimizer]!());
      const wanted = expected.get(name)!;
      expect(Object.keys(actual)).toEqual(Object.keys(wanted));
      for (const [what, values] of Object.entries(wanted)) {
        expect(actual[what], what).toHaveLength(values.length);
        values.forEach((value, i) => {
          if (Object.is(actual[what]![i], value)) return;
          const allowed = TOLERANCE * Math.max(1, Math.abs(value));
          expect(Math.abs(actual[what]![i]! - value), `${what}[${i}]`).toBeLessThanOrEqual(allowed);
        });
      }
    },
  );
});
