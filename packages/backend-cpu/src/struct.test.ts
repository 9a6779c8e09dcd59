import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CpuBackend } from './cpu-backend.ts';
import { structs } from './generated/shared.ts';

describe('a struct in WebAssembly memory', () => {
  let cpu: CpuBackend;
  beforeAll(async () => {
    cpu = await CpuBackend.create({ simd: 'plain', threads: 1 });
  });

  const places = structs.RecurrentForward;
  type Field = keyof typeof places;
  const fields = Object.keys(places) as Field[];
  /** The words that `struct` writes for fields in the given order. */
  const written = (given: readonly Field[]) =>
    cpu.runKernel(() => {
      const values = Object.fromEntries(given.map((field) => [field, 100 + places[field]]));
      return [
        ...cpu.integers(cpu.struct('RecurrentForward', values as Record<Field, number>), fields.length),
      ];
    });

  it('has each field where the kernel reads it, for any order of the given fields', () => {
    const expected = fields.map((_, place) => 100 + place);
    fc.assert(
      fc.property(fc.shuffledSubarray(fields, { minLength: fields.length }), (order) => {
        expect(written(order)).toEqual(expected);
      }),
    );
  });

  it('has as many words as fields, each at its own offset', () => {
    for (const layout of Object.values(structs)) {
      const taken = Object.values(layout).sort((a, b) => a - b);
      expect(taken).toEqual(taken.map((_, place) => place));
    }
  });

  it('makes the compiler refuse missing, surplus and misspelt fields', () => {
    const whole = Object.fromEntries(fields.map((field) => [field, 0])) as Record<Field, number>;
    const { mode, ...withoutMode } = whole;
    const wrong = () => {
      // @ts-expect-error: mode is missing
      cpu.struct('RecurrentForward', withoutMode);
      // @ts-expect-error: surplus field
      cpu.struct('RecurrentForward', { ...whole, gatesSize: 1 });
      // @ts-expect-error: misspelt
      cpu.struct('RecurrentForward', { ...withoutMode, moed: mode });
    };
    expect(wrong).toBeTypeOf('function');
  });
});
