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

/** Sums of ONNX Runtime's traces by layer and kernel, which are read event by event: they are larger than a string may be. */
export class ProfileSums {
  readonly #sums = new Map<string, { layer: string; kernel: string; nodes: number; milliseconds: number }>();

  /**
   * Adds what a trace says of a graph's calls.
   *
   * @param lines the trace's, each with one event
   * @returns how many events there were
   */
  async add(calls: readonly ProfiledCall[], lines: AsyncIterable<string>): Promise<number> {
    let events = 0;
    for await (const line of lines) {
      if (!line.startsWith('{')) continue;
      events++;
      // Most are a body's nodes, which are part of their Scan's time, and need not be parsed.
      if (!line.includes('_kernel_time"') || line.includes('/body/')) continue;
      const { cat, name, dur = 0 } = JSON.parse(line.replace(/,\s*$/, '')) as TraceEvent;
      const node = cat === 'Node' ? /^(.*)_kernel_time$/.exec(name ?? '')?.[1] : undefined;
      if (node !== undefined) this.#count(calls[Number(/^\d+/.exec(node)?.[0])], dur / 1000);
    }
    return events;
  }

  #count(call: ProfiledCall | undefined, milliseconds: number): void {
    const { layer, kernel } = call ?? { layer: '(runtime)', kernel: 'packing and reshaping' };
    const key = `${layer}\n${kernel}`;
    const sum = this.#sums.get(key) ?? { layer, kernel, nodes: 0, milliseconds: 0 };
    sum.nodes++;
    sum.milliseconds += milliseconds;
    this.#sums.set(key, sum);
  }

  /** All sums so far, the slowest first; the next begin at nothing. */
  take(): ProfileEntry[] {
    const entries = [...this.#sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
    this.#sums.clear();
    return entries;
  }
}
