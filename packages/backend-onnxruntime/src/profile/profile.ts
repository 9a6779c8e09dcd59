/** Time that one kind of kernel took in one layer, over all runs since the profile began. */
export interface ProfileEntry {
  /** The layers whose `forward` methods called the kernel, outermost first: `Classifier › LSTM`; or `AdamW.step` */
  readonly layer: string;
  /** The kernel of TensorFlow.js or of the contract. Kernels of its gradient have their own names */
  readonly kernel: string;
  /** ONNX nodes that ran. The nodes of a recurrent kernel's steps count as one */
  readonly nodes: number;
  readonly milliseconds: number;
}

/** A kernel call of a graph. Names of nodes begin with its index. */
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

/**
 * Sums ONNX Runtime's traces by layer and kernel. Traces are read event by event, because they are longer than a
 * string may be.
 */
export class ProfileSums {
  readonly #sums = new Map<string, { layer: string; kernel: string; nodes: number; milliseconds: number }>();

  /**
   * Adds the times of a trace to the sums of its graph's calls.
   *
   * @param lines the lines of the trace, one event each
   * @returns the number of events
   */
  async add(calls: readonly ProfiledCall[], lines: AsyncIterable<string>): Promise<number> {
    let events = 0;
    for await (const line of lines) {
      if (!line.startsWith('{')) continue;
      events++;
      // Most events are nodes of a body. Their time is part of their Scan's time, so they need not be parsed.
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

  /** All sums so far, the slowest first. The sums then start again at nothing. */
  take(): ProfileEntry[] {
    const entries = [...this.#sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
    this.#sums.clear();
    return entries;
  }
}
