import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cuts } from './pieces.ts';

const loop = (body: readonly string[], count: number): string[] =>
  Array.from({ length: count }, () => body).flat();

/** The pieces as texts, for operations with `nodes` nodes each. */
function pieces(signatures: readonly string[], nodes = 10): string[] {
  let begin = 0;
  return [
    ...cuts(
      signatures,
      signatures.map(() => nodes),
    ),
  ].map((end) => {
    const piece = signatures.slice(begin, end).join(' ');
    begin = end;
    return piece;
  });
}

describe('cuts', () => {
  it('covers everything, in order, whatever repeats', () => {
    const row = fc
      .array(
        fc.tuple(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), fc.integer({ min: 1, max: 60 })),
      )
      .map((loops) => loops.flatMap(([body, count]) => loop(body, count)));
    fc.assert(
      fc.property(row, fc.integer({ min: 1, max: 500 }), (signatures, nodes) => {
        expect(pieces(signatures, nodes).join(' ')).toBe(signatures.join(' '));
      }),
    );
  });

  it('makes few kinds of pieces of loops of any length', () => {
    const body = ['MatMul', 'Add', 'Tanh'];
    const kinds = new Set<string>();
    for (let count = 100; count < 400; count += 7) {
      for (const piece of pieces(['Fill', ...loop(body, count), 'Sum'])) kinds.add(piece);
    }
    expect(kinds.size).toBeLessThan(10);
  });

  it('keeps pieces near 400 nodes', () => {
    for (const piece of pieces(loop(['a', 'b', 'c', 'd'], 200))) {
      expect(piece.split(' ').length).toBeLessThanOrEqual(40);
    }
    const different = Array.from({ length: 300 }, (_, i) => `op${i}`);
    for (const piece of pieces(different)) expect(piece.split(' ').length).toBeLessThanOrEqual(40);
  });
});
