import { expect, it } from 'vitest';
import { columnOf } from './column.ts';

const candidate = { library: 'tfjs-wasm', threads: 2 };

it("puts the peer's actual threads in a column's heading, not the requested ones", () => {
  const { column, text } = columnOf(candidate, { description: { text: 'WebAssembly', threads: 1 } });
  expect(column).toEqual({ heading: 'tfjs-wasm, 1 thread', threads: 1, isComparable: true });
  expect(text).toBe('WebAssembly');
});

it('has no threads for a peer on a GPU', () => {
  const { column } = columnOf(candidate, { description: { text: 'WebGPU', threads: 0 } });
  expect(column.heading).toBe('tfjs-wasm, GPU');
});

it('warns about a peer that does not start', () => {
  const { column, warnings } = columnOf(candidate, { error: 'no such file' });
  expect(column.isComparable).toBe(false);
  expect(warnings).toEqual(['tfjs-wasm, 2 threads: does not start: no such file']);
});
