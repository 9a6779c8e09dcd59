import type { Compiled } from '../execution/session-cache.ts';

/** Time that one kind of kernel took in one layer, over all runs since the profile began. */
export interface ProfileEntry {
  /** The layers whose `forward` called it, outermost first: `Classifier › LSTM`; or `AdamW.step` */
  readonly layer: string;
  /** The kernel of TensorFlow.js or of the contract, its gradient's kernels under their own names */
  readonly kernel: string;
  /** ONNX nodes run, those of a recurrent kernel's steps counted as one */
  readonly nodes: number;
  readonly milliseconds: number;
}

/** A kernel call of a graph, as its nodes' names count them. */
export interface ProfiledCall {
  readonly layer: string;
  readonly kernel: string;
}

interface TraceEvent {
  readonly cat?: string;
  readonly name?: string;
  /** Microseconds */
  readonly dur?: number;
}

/** Sums ONNX Runtime's traces by layer and kernel, the slowest first. */
export function summarise(traces: readonly { calls: Compiled['calls']; trace: string }[]): ProfileEntry[] {
  const sums = new Map<string, { layer: string; kernel: string; nodes: number; milliseconds: number }>();
  for (const { calls, trace } of traces) {
    for (const { cat, name, dur = 0 } of JSON.parse(trace) as TraceEvent[]) {
      const node = cat === 'Node' ? /^(.*)_kernel_time$/.exec(name ?? '')?.[1] : undefined;
      // A body's nodes are part of their Scan's time.
      if (node === undefined || node.includes('/body/')) continue;
      const call = calls[Number(/^\d+/.exec(node)?.[0])];
      const { layer, kernel } = call ?? { layer: '(runtime)', kernel: 'packing and reshaping' };
      const key = `${layer}\n${kernel}`;
      const sum = sums.get(key) ?? { layer, kernel, nodes: 0, milliseconds: 0 };
      sum.nodes++;
      sum.milliseconds += dur / 1000;
      sums.set(key, sum);
    }
  }
  return [...sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
