import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALIGNMENT, Memory } from './memory.ts';

const MEGABYTE = 1024 * 1024;
const BASE = 1000;

function startedMemory(limit?: number): Memory {
  const memory = new Memory(limit);
  memory.start(BASE);
  return memory;
}

type Action = { allocate: number } | { free: number };

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    fc.record({
      allocate: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 4_000_000 })),
    }),
    fc.record({ free: fc.nat() }),
  ),
  { maxLength: 120 },
);

describe('Memory', () => {
  it('never allocates bytes twice, keeps blocks aligned, and counts the bytes in use', () => {
    fc.assert(
      fc.property(actions, (sequence) => {
        const memory = startedMemory();
        const blocks: { address: number; size: number }[] = [];
        for (const action of sequence) {
          if ('free' in action) {
            if (blocks.length === 0) continue;
            const [block] = blocks.splice(action.free % blocks.length, 1);
            memory.free(block!.address);
          } else {
            const address = memory.allocate(action.allocate);
            expect(address % ALIGNMENT).toBe(0);
            expect(address).toBeGreaterThanOrEqual(BASE);
            const size = Math.max(ALIGNMENT, Math.ceil(action.allocate / ALIGNMENT) * ALIGNMENT);
            expect(address + size).toBeLessThanOrEqual(memory.statistics.bytesReserved);
            for (const other of blocks) {
              const apart = other.address + other.size <= address || address + size <= other.address;
              expect(apart).toBe(true);
            }
            blocks.push({ address, size });
          }
          expect(memory.statistics.bytesInUse).toBe(blocks.reduce((sum, { size }) => sum + size, 0));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('merges blocks freed in any order into one block', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (sizes, picks) => {
          const memory = startedMemory(16 * MEGABYTE);
          const addresses = sizes.map((size) => memory.allocate(size));
          while (addresses.length > 0) {
            const [address] = addresses.splice(picks.next().value % addresses.length, 1);
            memory.free(address!);
          }
          expect(memory.statistics.bytesInUse).toBe(0);
          const all = memory.statistics.bytesReserved - 2 * ALIGNMENT - BASE;
          memory.allocate(all);
          expect(memory.statistics.bytesReserved).toBe(16 * MEGABYTE);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not grow when a program repeats itself', () => {
    const memory = startedMemory();
    const step = () => {
      const kept = [700_000, 3_000_000, 64, 1_000_000, 12_345].map((size) => memory.allocate(size));
      memory.free(kept[1]!);
      kept[1] = memory.allocate(2_900_000);
      for (const address of kept.reverse()) memory.free(address);
    };
    for (let i = 0; i < 10; i++) step();
    const { bytesReserved } = memory.statistics;
    for (let i = 0; i < 1000; i++) step();
    expect(memory.statistics).toEqual({ bytesInUse: 0, bytesReserved });
  });

  it('grows up to its limit, and its contents and views stay valid', () => {
    const memory = startedMemory(64 * MEGABYTE);
    const address = memory.allocate(16);
    const view = new Float32Array(memory.memory.buffer, address, 4);
    view.set([1, 2, 3, 4]);
    memory.allocate(40 * MEGABYTE);
    view[3] = 5;
    expect([...new Float32Array(memory.memory.buffer, address, 4)]).toEqual([1, 2, 3, 5]);
    expect(memory.statistics.bytesReserved).toBeLessThanOrEqual(64 * MEGABYTE);
  });

  it('reports the requested bytes and the limit if it cannot grow, and keeps working', () => {
    const memory = startedMemory(32 * MEGABYTE);
    const address = memory.allocate(20 * MEGABYTE);
    expect(() => memory.allocate(20 * MEGABYTE)).toThrow(
      /20971520 bytes \(20 MiB\) were asked for, 20971520 bytes .* are in use .* limit is 33554432 bytes \(32 MiB\)/,
    );
    memory.free(address);
    expect(memory.allocate(20 * MEGABYTE)).toBe(address);
  });

  it('refuses to free an address that is not allocated', () => {
    const memory = startedMemory();
    const address = memory.allocate(100);
    memory.free(address);
    expect(() => memory.free(address)).toThrow(`no block is allocated at ${address}`);
  });

  it('ends before the last address, so that the address after each block fits into 32 bits', () => {
    const memory = startedMemory();
    let end = 0;
    for (let size = 1024 * MEGABYTE; size >= ALIGNMENT; size /= 2) {
      for (;;) {
        try {
          end = Math.max(end, memory.allocate(size) + size);
        } catch {
          break;
        }
      }
    }
    expect(end).toBe(memory.statistics.bytesReserved);
    expect(end).toBeLessThan(2 ** 32);
  });
});
