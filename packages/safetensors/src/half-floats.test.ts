import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBFloat16, toFloat16, toFloat32 } from './half-floats.ts';

const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
const widened = {
  F16: toFloat32({ dtype: 'F16', shape: [all.length], data: all }),
  BF16: toFloat32({ dtype: 'BF16', shape: [all.length], data: all }),
};
const round = { F16: toFloat16, BF16: toBFloat16 };
const negativeNaN = new Float32Array(new Uint32Array([0xffc00001]).buffer);
const one = (dtype: 'F16' | 'BF16', value: number | Float32Array) =>
  round[dtype](typeof value === 'number' ? new Float32Array([value]) : value)[0]!;

describe.each(['F16', 'BF16'] as const)('%s', (dtype) => {
  it('of each of its numbers gives the number back', () => {
    const again = round[dtype](widened[dtype]);
    const isNumber = (_: number, bits: number) => !Number.isNaN(widened[dtype][bits]);
    expect(again.filter(isNumber)).toEqual(all.filter(isNumber));
  });

  it('rounds to the nearest, and to even on a tie', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const bits = one(dtype, value);
        const away = (other: number) => Math.abs((widened[dtype][other] ?? Number.NaN) - value);
        for (const other of [bits - 1, bits + 1]) {
          if (!Number.isFinite(widened[dtype][other]) || !Number.isFinite(widened[dtype][bits])) continue;
          expect(away(bits)).toBeLessThanOrEqual(away(other));
          if (away(bits) === away(other)) expect(bits % 2).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

it.each([
  ['1', 1, 0x3c00, 0x3f80],
  ['-0', -0, 0x8000, 0x8000],
  ['the largest half float', 65504, 0x7bff, 0x4780],
  ['what still rounds to it', 65519, 0x7bff, 0x4780],
  ['half way to the next', 65520, 0x7c00, 0x4780],
  ['infinity', Number.POSITIVE_INFINITY, 0x7c00, 0x7f80],
  ['negative infinity', Number.NEGATIVE_INFINITY, 0xfc00, 0xff80],
  ['the smallest half float', 2 ** -24, 1, 0x3380],
  ['half of it, which is even at 0', 2 ** -25, 0, 0x3300],
  ['a little more than half of it', 2 ** -25 + 2 ** -40, 1, 0x3300],
  ['the largest below the normal ones, rounded up into them', 2 ** -14 - 2 ** -26, 0x400, 0x3880],
  ['1 and half an ulp of F16', 1 + 2 ** -11, 0x3c00, 0x3f80],
  ['1 and 3 half ulps of F16', 1 + 3 * 2 ** -11, 0x3c02, 0x3f80],
  ['1 and half an ulp of BF16', 1 + 2 ** -8, 0x3c04, 0x3f80],
  ['1 and 3 half ulps of BF16', 1 + 3 * 2 ** -8, 0x3c0c, 0x3f82],
  ['the largest float', 3.4028234663852886e38, 0x7c00, 0x7f80],
  ['NaN', Number.NaN, 0x7e00, 0x7fc0],
  ['NaN with a sign', negativeNaN, 0xfe00, 0x7fc0],
])('%s has the bits of IEEE 754', (_, value, half, bfloat) => {
  expect(one('F16', value)).toBe(half);
  expect(one('BF16', value)).toBe(bfloat);
});

it('numbers of 64 bits are rounded, and the array of 32-bit numbers is returned itself', () => {
  const data = new Float32Array([0.1]);
  expect(toFloat32({ dtype: 'F32', shape: [1], data })).toBe(data);
  expect(toFloat32({ dtype: 'F64', shape: [1], data: new Float64Array([0.1]) })).toEqual(data);
});

it('integers throw, and the error names their dtype', () => {
  const integers = { dtype: 'I32', shape: [1], data: new Int32Array(1) };
  expect(() => toFloat32(integers as never)).toThrow(
    'toFloat32: tensor is I32; expected F64, F32, F16 or BF16',
  );
});

const f32 = { dtype: 'F32', shape: [1], data: new Float32Array(1) };

it.each([
  [undefined, 'is undefined; expected { dtype, shape, data }'],
  [null, 'is null; expected'],
  [new Float32Array(1), 'has the dtype undefined; expected one of'],
  [{ ...f32, dtype: 'float32' }, "has the dtype 'float32'"],
  [{ ...f32, data: [1] }, 'has an array of 1 elements as its data; expected a Float32Array'],
  [{ ...f32, dtype: 'F16' }, 'has a Float32Array as its data; expected a Uint16Array, as its dtype is F16'],
  [{ ...f32, shape: [2] }, 'has 1 elements; its shape [2] has 2'],
])('a value that is not a tensor throws: %o', (tensor, words) => {
  expect(() => toFloat32(tensor as never)).toThrow(TypeError);
  expect(() => toFloat32(tensor as never)).toThrow(`toFloat32: tensor ${words}`);
});

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [1, '1'],
  [[1, 2], 'an array of 2 elements'],
  [new Float64Array(2), 'a Float64Array'],
  [new Float32Array(2).buffer, 'an ArrayBuffer'],
  [f32, 'an object'],
])('numbers that are not a Float32Array throw: %o', (values, came) => {
  const words = `values is ${came}; expected a Float32Array, such as Float32Array.from(values)`;
  for (const [owner, convert] of Object.entries({ toFloat16, toBFloat16 })) {
    expect(() => convert(values as never)).toThrow(TypeError);
    expect(() => convert(values as never)).toThrow(`${owner}: ${words}`);
  }
});
