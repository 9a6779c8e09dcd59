import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** An execution provider by name, or with options of its own, as ONNX Runtime takes it. */
export type ExecutionProvider = string | ({ readonly name: string } & Readonly<Record<string, unknown>>);

export interface OnnxruntimeOptions {
  /** Threads that share an operator's work, including the calling thread. Default: all of the hardware's */
  threads?: number | undefined;
  /**
   * The execution providers that run graphs, in the order of preference: `cpu`, and `cuda`, `dml`, `coreml` or
   * `webgpu` where the installed ONNX Runtime has them. Default: `['cpu']` in Node, `['wasm']` in browsers
   */
  executionProviders?: readonly ExecutionProvider[] | undefined;
  /** How far ONNX Runtime may optimize a graph before it runs. Default: `'all'` */
  graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all' | undefined;
  /** The number of sessions to keep. Beyond it, the least recently used session is released. Default: 32 */
  maxSessions?: number | undefined;
  /**
   * The number of recorded operations after which they run without a read, as soon as the program awaits something.
   * Default: 2,000
   */
  maxPending?: number | undefined;
  /** Bytes of arrays to keep for later results. Default: 1 GiB */
  maxPooledBytes?: number | undefined;
  /** Measures every kernel, for `onnxruntimeProfile`. Measuring takes time itself. Default: false. Node only */
  profile?: boolean | undefined;
  /**
   * A function that receives every built graph, or a folder for graphs as `graph-1.onnx`, `graph-2.onnx`, … (Node
   * only). Netron shows such files.
   */
  dumpGraph?: string | ((graph: DumpedGraph) => void) | undefined;
  /**
   * Whether tfjs-backend-cpu runs kernels on the host that ONNX cannot express. If false, they are errors. Default:
   * true
   */
  hostFallback?: boolean | undefined;
}

/** A graph that was built. */
export interface DumpedGraph {
  /** The graph's number, from 1 */
  readonly index: number;
  /** An ONNX file */
  readonly model: Uint8Array;
  /** The number of nodes. The nodes of a recurrent kernel's steps count once */
  readonly nodeCount: number;
  /** The recorded kernels, in order */
  readonly kernels: readonly string[];
}

export const DEFAULTS = { maxSessions: 32, maxPending: 2000, maxPooledBytes: 2 ** 30 } as const;

const levels = { disabled: 0, basic: 1, extended: 2, layout: 3, all: 4 };

const provider: kind.Kind = {
  expected: "a name, or an object with one: { name: 'cuda', … }",
  fits: (value) =>
    kind.text.fits(value) ||
    (typeof value === 'object' && value !== null && 'name' in value && kind.text.fits(value.name)),
};

const kinds = {
  threads: kind.whole(1),
  executionProviders: kind.listOf(provider),
  graphOptimizationLevel: kind.keyOf(levels),
  maxSessions: kind.whole(1),
  maxPending: kind.whole(1),
  maxPooledBytes: { ...kind.atLeast(0), expected: 'a number of bytes' },
  profile: kind.flag,
  dumpGraph: kind.either({ ...kind.text, expected: "a folder's path" }, kind.func),
  hostFallback: kind.flag,
};

/** @throws where an option is unknown, not of its kind or out of its range */
export function checkedOptions(given: OnnxruntimeOptions): OnnxruntimeOptions {
  const options = checkOptions('onnxruntime', given, kinds);
  if (options.executionProviders?.length === 0) {
    throw new ArgumentError('onnxruntime', 'executionProviders', 'is an empty list; expected at least one');
  }
  return options;
}
