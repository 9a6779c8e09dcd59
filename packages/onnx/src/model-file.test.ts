import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph/graph-builder.ts';
import { OnnxFormatError, readModel, writeModel } from './model-file.ts';

function example(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', { type: 'float32', rank: 3 });
  const start = graph.reduce('ReduceSum', graph.op('Mul', [x, graph.constant(0)]), [0]);
  const [last] = graph.scan([start], [x], (body, [sum], [step]) => {
    const next = body.op('Add', [sum!, step!]);
    return { states: [next], outputs: [next] };
  });
  graph.output(graph.op('LeakyRelu', [last!], { alpha: { float: 0.25 } }));
  return graph.toModel().bytes;
}

describe('readModel', () => {
  it('reads what writeModel writes, to the byte', () => {
    const bytes = example();
    expect(writeModel(readModel(bytes))).toEqual(bytes);
  });

  it('keeps fields that it does not know', () => {
    // Field 200 of the model, a varint.
    const bytes = Uint8Array.of(...example(), 0xc0, 0x0c, 0x2a);
    expect(writeModel(readModel(bytes))).toEqual(bytes);
  });

  it.each([
    ['nothing', new Uint8Array(), 'it has no graph'],
    ['text', new TextEncoder().encode('not a model'), 'are no ONNX file'],
    ['a model without a version', example().subarray(2), 'it has no version'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readModel(bytes)).toThrow(OnnxFormatError);
    expect(() => readModel(bytes)).toThrow(message);
  });

  it('reads or refuses, and does nothing else, whatever the bytes', () => {
    const bytes = example();
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(bytes.length), (changes, length) => {
        const damaged = bytes.slice(0, length);
        for (const [at, value] of changes) if (at < length) damaged[at] = value;
        try {
          readModel(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(OnnxFormatError);
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});
