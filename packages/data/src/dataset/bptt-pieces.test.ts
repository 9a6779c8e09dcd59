import { dispose } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batches, bpttPieces, sequential, stacked, toArray } from '../index.ts';

const sizes = fc.record({
  batchSize: fc.integer({ min: 1, max: 5 }),
  bpttLength: fc.integer({ min: 1, max: 7 }),
});

it('lets each row of the batches read its part of the text without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(80), async ({ batchSize, bpttLength }, more) => {
      const text = Int32Array.from({ length: batchSize * bpttLength + 1 + more }, (_, index) => index);
      const rows = Array.from({ length: batchSize }, (): number[] => []);
      const pieces = bpttPieces(text, { batchSize, bpttLength });
      for await (const batch of batches(pieces, {
        batchSize,
        order: sequential(),
        collate: stacked({ dtype: 'int32' }),
      })) {
        expect(batch.shape).toEqual([batchSize, bpttLength + 1]);
        for (const [row, piece] of ((await batch.array()) as number[][]).entries()) {
          // A row's piece begins with the token that the piece before had to predict last.
          const read = rows[row]!;
          expect(piece[0]).toBe(read.pop() ?? piece[0]);
          read.push(...piece);
        }
        dispose(batch);
      }
      const perRow = Math.floor((text.length - 1) / batchSize);
      for (const [row, read] of rows.entries()) {
        const start = row * perRow;
        expect(read).toEqual(Array.from({ length: read.length }, (_, step) => start + step));
        // No token has two rows that predict it, and less than a piece is left out.
        expect(read.length - 1).toBeLessThanOrEqual(perRow);
        expect(perRow - (read.length - 1)).toBeLessThan(bpttLength);
      }
    }),
  );
});

it('makes arrays of an array, and views of a typed array', async () => {
  const letters = await toArray(bpttPieces([...'abcdefghi'], { batchSize: 2, bpttLength: 2 }));
  expect(letters.map((piece) => piece.join(''))).toEqual(['abc', 'efg', 'cde', 'ghi']);
  const bytes = new Uint8Array(9);
  const [first] = await toArray(bpttPieces(bytes, { batchSize: 2, bpttLength: 2 }));
  expect(first!.buffer).toBe(bytes.buffer);
});

it('throws for a text that is shorter than a piece in each row, and for what is no series', () => {
  expect(bpttPieces([1, 2, 3, 4, 5], { batchSize: 2, bpttLength: 2 })).toHaveLength(2);
  expect(() => bpttPieces([1, 2, 3, 4], { batchSize: 2, bpttLength: 2 })).toThrow(
    'bpttPieces: series has 4 steps; a piece in each of 2 rows takes 5',
  );
  expect(() => bpttPieces('text' as never, { batchSize: 2, bpttLength: 2 })).toThrow(
    "bpttPieces: series is 'text'; expected an array or a typed array",
  );
});
