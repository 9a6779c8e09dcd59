import { wasm } from '../generated/dropout-factors.ts';
import type { PhiloxDropoutAttrs } from './contract.ts';
import { dropoutRule } from './rule.ts';

/** What assembly/dropout-factors.ts exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  dropoutFactors(to: number, block: number, blocks: number, threshold: number, ...others: number[]): void;
}

/** Writes the factors of dropout into an array. */
export type DropoutFactors = (into: Float32Array, attrs: PhiloxDropoutAttrs) => void;

/** The factors by WebAssembly; undefined where the runtime has none with SIMD, or a page's policy forbids it. */
export function fastFactors(): DropoutFactors | undefined {
  const instance = instantiate();
  if (!instance) return undefined;
  const { memory, dropoutFactors } = instance;
  const part = new Float32Array(memory.buffer);
  return (into, { p, seed, offset }) => {
    const { threshold, scale } = dropoutRule(p);
    for (let start = 0; start < into.length; start += part.length) {
      const size = Math.min(part.length, into.length - start);
      const blocks = Math.ceil(size / 16) * 4;
      dropoutFactors(0, start / 4, blocks, threshold, scale, ...seed, ...offset);
      into.set(part.subarray(0, size), start);
    }
  };
}

function instantiate(): Exports | undefined {
  try {
    const bytes = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    return exports as typeof exports & Exports;
  } catch {
    return undefined;
  }
}
