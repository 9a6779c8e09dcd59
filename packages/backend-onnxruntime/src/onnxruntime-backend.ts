import {
  type backend_util,
  engine,
  KernelBackend,
  Mean,
  type Tensor,
  type TensorInfo,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import {
  type CapturingBackend,
  observeHostState,
  type Rehearsal,
  type RollingBack,
} from '@unroll/backend/contract';
import { OwnData, observeAssignments } from '@unroll/backend/engine';
import type { KernelLowering, TensorType } from '@unroll/onnx';
import { digest } from './compile/digest.ts';
import { GraphCapture } from './compile/graph-capture.ts';
import { traced } from './compile/trace.ts';
import { allocate, type BufferPool, isNumeric, type NumericType } from './execution/buffer-pool.ts';
import { described } from './execution/errors.ts';
import type { Executor } from './execution/executor.ts';
import { giveBack } from './execution/graph-runner.ts';
import type { SessionCache } from './execution/session-cache.ts';
import { type HostKernels, type HostTensor, shapeDependsOnElements } from './host/host-kernels.ts';
import { type KernelInputs, namedInfos, notNumeric, typesOf } from './kernel-inputs.ts';
import { BACKEND_NAME } from './name.ts';
import type { Layers } from './profile/layers.ts';
import { Journal } from './recording/journal.ts';
import { keyOf, type Operand, type OwnRun, type RecordedOp } from './recording/recorded-op.ts';
import { Recording } from './recording/recording.ts';
import { type Elements, Value } from './recording/value.ts';
import type { OnnxruntimeStatistics } from './statistics.ts';

type BackendValues = backend_util.BackendValues;
type DataId = TensorInfo['dataId'];

/** The operation that checks values on the host */
const CHECK = 'Check';

export interface OnnxruntimeBackendOptions {
  readonly sessions: SessionCache;
  readonly buffers: BufferPool;
  readonly hostKernels: HostKernels;
  /** Whether kernels that ONNX cannot express may run on the host */
  readonly hostFallback: boolean;
  /** Recorded operations after which they are run without being asked for */
  readonly maxPending: number;
  /** Tells which layer a call belongs to, where that is wanted */
  readonly layers: Layers | undefined;
  /** Makes what runs the recording. */
  executor(recording: Recording, journal: Journal): Executor;
}

/**
 * The TensorFlow.js backend whose kernels record what is to be done and return tensors without elements. Reading one runs all
 * that is pending, as one graph.
 */
export class OnnxruntimeBackend extends KernelBackend implements CapturingBackend, RollingBack {
  readonly data: OwnData<Value>;
  readonly recording: Recording;
  readonly executor: Executor;
  /** Calls that ran on the host, by kernel */
  readonly fallbacks = new Map<string, number>();
  /** The read that a capture has met */
  impureRead: Error | undefined;
  readonly journal: Journal;
  /** What is uploaded, while a function is rehearsed or captured: the values, and the numbers in short */
  uploads: { readonly values: Set<Value>; readonly digests: string[] } | undefined;
  readonly #options: OnnxruntimeBackendOptions;
  readonly #unobserve: () => void;
  #flushScheduled = false;
  /** Whether something failed while nothing was read, and has been waiting to be told for too long */
  #overdue = false;

  constructor(options: OnnxruntimeBackendOptions) {
    super();
    this.#options = options;
    this.data = new OwnData<Value>(BACKEND_NAME, this);
    this.recording = new Recording((value) => this.#release(value));
    this.journal = new Journal({
      valueOf: (dataId) => (this.data.has(dataId) ? this.data.get(dataId) : undefined),
      incRef: (dataId) => this.incRef(dataId),
      release: (dataId) => this.letGo(dataId),
      currentSegment: () => this.recording.segments.current,
    });
    this.executor = options.executor(this.recording, this.journal);
    this.#unobserve = observeAssignments((variable, next) => this.#assigning(variable, next));
  }

  get isProfiling(): boolean {
    return this.#options.layers !== undefined;
  }

  get statistics(): OnnxruntimeStatistics {
    const { sessions, buffers } = this.#options;
    const { runs, runMs } = this.executor.graphs.statistics;
    return {
      runs,
      runMs,
      ...sessions.statistics,
      pending: this.recording.length,
      bytesPooled: buffers.bytes,
      hostFallbacks: Object.fromEntries(this.fallbacks),
    };
  }

  // What kernels use.

  /** Records a call, to be run with others as a graph; on the host where ONNX cannot express it. */
  record(kernel: string, lowering: KernelLowering, inputs: KernelInputs, attrs: unknown): TensorInfo[] {
    const types = typesOf(inputs);
    const reason = notNumeric(types) ?? lowering.unsupported?.(types, attrs);
    if (reason !== undefined) return this.recordOnHost(kernel, inputs, attrs, reason);
    const outputs = lowering.outputs(types, attrs).map(newValue);
    const known = this.#ofNothing(kernel, inputs, attrs, outputs);
    if (known) {
      for (const value of known) for (const part of [value, ...value.parts]) this.uploads?.values.add(part);
      return known.map((value) => this.#info(value));
    }
    for (const [input, size] of Object.entries(lowering.places?.(types, attrs) ?? {})) {
      this.#checkPlaces(kernel, input, inputs[input] as TensorInfo, size);
    }
    const numbers = lowering.numbers?.(types, attrs) ?? [];
    this.#add({
      kernel,
      attrs,
      operands: this.#operands(inputs),
      outputs,
      how: lowering,
      key: keyOf(kernel, lowering.structure?.(types, attrs)),
      numbers,
    });
    return outputs.map((value) => this.#info(value));
  }

  /**
   * Results that need no run: those without elements, and those of inputs that have none. ONNX Runtime's operators are not
   * made for empty batches; its LSTM ends the process.
   */
  #ofNothing(
    kernel: string,
    inputs: KernelInputs,
    attrs: unknown,
    outputs: readonly Value[],
  ): readonly Value[] | undefined {
    if (outputs.every(isEmpty)) {
      for (const value of outputs)
        for (const part of [value, ...value.parts]) part.elements = noElements(part);
      return outputs;
    }
    const operands = this.#operands(inputs);
    if (operands.length === 0 || !operands.every(({ value }) => isEmpty(value))) return undefined;
    const { hostKernels } = this.#options;
    if (!hostKernels.has(kernel)) return undefined;
    if (kernel === Mean) {
      // The host's kernel divides before it adds, and has nothing to add.
      const [mean] = outputs as [Value];
      mean.elements = new Float32Array(util.sizeFromShape([...mean.shape])).fill(Number.NaN);
      return outputs;
    }
    return hostKernels.run(kernel, hostTensors(operands), attrs).map((tensor) => this.#adopt(tensor));
  }

  /** Checks indices in the words of tfjs's own kernels: now, or when a run has failed over them. */
  #checkPlaces(kernel: string, input: string, { dataId }: TensorInfo, size: number): void {
    const value = this.data.get(dataId);
    const check = (elements: Elements): void => {
      const wrong = elements.findIndex((index) => index < 0 || index >= size);
      if (wrong < 0) return;
      throw new Error(
        `${kernel}: the index value ${elements[wrong]} is not in [0, ${size - 1}] (${input}[${wrong}])`,
      );
    };
    if (value.elements) check(value.elements);
    else value.checks.push(check);
  }

  /** Runs a call on the host: at once where all its inputs are there, else when the values that come before it are. */
  recordOnHost(kernel: string, inputs: KernelInputs, attrs: unknown, reason: string): TensorInfo[] {
    const { hostKernels, hostFallback } = this.#options;
    const operands = this.#operands(inputs);
    if (!hostFallback) {
      const call = described({ kernel, operands, origin: currentOperation() });
      throw new Error(
        `onnxruntime: ONNX cannot express ${call} (${reason}), and the option hostFallback is false; compute this on ` +
          'the host before, or allow it',
      );
    }
    if (this.recording.isTracing) {
      throw new Error(
        `compile: ${kernel} runs on the host (${reason}), outside of any graph; call it outside of the function`,
      );
    }
    this.fallbacks.set(kernel, (this.fallbacks.get(kernel) ?? 0) + 1);
    if (operands.every(({ value }) => value.isComputed)) {
      return hostKernels
        .run(kernel, hostTensors(operands), attrs)
        .map((tensor) => this.#info(this.#adopt(tensor)));
    }
    if (shapeDependsOnElements(kernel)) {
      const pending = operands.find(({ value }) => !value.isComputed)!;
      throw new Error(
        `onnxruntime: the shape of what ${kernel} returns depends on ${pending.name}, which has not been computed; ` +
          `read it first: await ${pending.name}.data()`,
      );
    }
    const types = Object.fromEntries(
      operands.map(({ name, value, shape }) => [name, { shape, dtype: value.dtype }]),
    );
    const outputs = hostKernels.shapes(kernel, types, attrs).map(newValue);
    this.#add({
      kernel,
      attrs,
      operands,
      outputs,
      how: (op) => {
        const results = hostKernels.run(kernel, hostTensors(op.operands), attrs);
        op.outputs.forEach((value, i) => {
          value.elements = results[i]!.elements;
          value.hostOnly = results[i]!.hostOnly;
        });
      },
      key: kernel,
      numbers: [],
    });
    return outputs.map((value) => this.#info(value));
  }

  /** The same data in another shape. */
  view({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
    this.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  }

  /** A tensor without elements, which stands for others of its shape in a trace. */
  standIn(shape: readonly number[], dtype: TensorInfo['dtype']): Tensor {
    const { dataId } = this.#info(new Value([...shape], dtype));
    return engine().makeTensorFromDataId(dataId, [...shape], dtype, this);
  }

  /** Records a run that is not a kernel's: from values to new ones. */
  recordRun(
    name: string,
    operands: readonly Operand[],
    outputs: readonly Value[],
    run: OwnRun,
  ): TensorInfo[] {
    this.#add({ kernel: name, attrs: {}, operands, outputs, how: run, key: name, numbers: [] });
    return outputs.map((value) => this.#info(value));
  }

  #add(
    op: Omit<RecordedOp, 'origin' | 'layer' | 'segment' | 'requires' | 'failure' | 'taken' | 'removed'>,
  ): void {
    this.#throwOverdue();
    this.recording.add({
      ...op,
      outputs: op.outputs.flatMap((value) => [value, ...value.parts]),
      origin: currentOperation(),
      layer: this.#options.layers?.current() ?? '',
      segment: -1,
      requires: undefined,
      failure: undefined,
      taken: false,
      removed: false,
    });
    if (this.recording.length > this.#options.maxPending) this.#scheduleFlush();
  }

  /** A loop that reads nothing would go on from what has failed without end. */
  #throwOverdue(): void {
    if (!this.#overdue) return;
    this.#overdue = false;
    this.executor.throwUntold();
  }

  #operands(inputs: KernelInputs): Operand[] {
    return namedInfos(inputs).flatMap(([name, info]): Operand[] => {
      const value = this.data.get(info.dataId);
      const parts = value.parts.map((part, i) => ({
        name: `${name}${i + 1}`,
        value: part,
        shape: part.shape,
      }));
      return [{ name, value, shape: info.shape }, ...parts];
    });
  }

  #info(value: Value): TensorInfo {
    const dataId = {};
    value.refCount = 1;
    for (const part of value.parts) part.refCount = 1;
    this.data.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  #adopt({ shape, dtype, elements, hostOnly }: HostTensor): Value {
    const value = new Value(shape, dtype);
    this.uploads?.values.add(value);
    value.elements = elements;
    value.hostOnly = hostOnly;
    return value;
  }

  /** Long recordings that nobody reads are run when the program awaits something, be it a promise that is fulfilled. */
  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    void Promise.resolve()
      .then(() => this.executor.flushUnread(this.#options.maxPending))
      .then((hasFailed) => {
        this.#flushScheduled = false;
        this.#overdue = hasFailed && this.recording.length > this.#options.maxPending;
      });
  }

  #assigning(variable: Variable, next: Tensor): void {
    if (this.recording.isTracing) return;
    this.journal.assigning(variable, next);
    const [before, after] = [variable, next].map(
      ({ dataId }) => this.data.has(dataId) && this.data.get(dataId),
    );
    if (before && after && !after.isComputed) this.recording.segments.assign(before, after);
  }

  /** See the contract's `RollingBack`. */
  onRollback(variable: Variable, undo: () => void): boolean {
    return !this.recording.isTracing && this.journal.onRollback(variable, undo);
  }

  /** See the contract's `RollingBack`. */
  standOrFall(variables: readonly Variable[], loss: Tensor): void {
    for (const { dataId } of variables) {
      const source = this.data.has(dataId) ? this.data.get(dataId).source : undefined;
      if (source) source.requires = this.data.get(loss.dataId);
    }
  }

  /** See the contract's `HasValuesAtHand`. */
  hostValues(dataId: DataId): Elements | undefined {
    return this.data.get(dataId).elements;
  }

  /**
   * See the contract's `HasValuesAtHand`. Whatever uses the values from here on waits for the check, which runs on the host: an
   * index that is out of range stops a training step though only its gradient may be needed. A graph that is traced is one piece,
   * and finds it by failing.
   */
  checkWhenKnown(dataId: DataId, check: (elements: Elements) => void): void {
    const value = this.data.get(dataId);
    value.checks.push(check);
    if (this.recording.isTracing || value.source?.kernel === CHECK) return;
    const checked = new Value(value.shape, value.dtype);
    checked.refCount = value.refCount;
    checked.checks = value.checks;
    this.#add({
      kernel: CHECK,
      attrs: {},
      operands: [{ name: 'values', value, shape: value.shape }],
      outputs: [checked],
      how: () => {
        for (const each of checked.checks) each(value.elements!);
        checked.elements = value.elements!.slice();
      },
      key: CHECK,
      numbers: [],
    });
    // The tensors that have the value have the checked one now.
    value.refCount = 0;
    this.data.set(dataId, checked);
  }

  /** See the contract's `CapturingBackend`. */
  get isObserving(): boolean {
    return this.uploads !== undefined;
  }

  /** See the contract's `CapturingBackend`. */
  rehearse<Result>(f: () => Result): Rehearsal<Result> {
    const { result: observed, digests } = this.#observeUploads(() => observeHostState(f));
    const { result, hostState } = observed;
    return { result, isUnchanged: () => hostState.isUnchanged(), uploads: digests };
  }

  /** See the contract's `CapturingBackend`. */
  capture(
    f: (args: readonly Tensor[]) => unknown,
    args: readonly Tensor[],
    uploads: readonly string[],
  ): GraphCapture {
    return this.#observeUploads((digests) =>
      traced(this, f, args, (trace) => new GraphCapture(this, trace, digests.join() === uploads.join())),
    ).result;
  }

  #observeUploads<Result>(f: (digests: string[]) => Result): { result: Result; digests: string[] } {
    const outer = this.uploads;
    const digests: string[] = [];
    this.uploads = { values: new Set(), digests };
    try {
      return { result: f(digests), digests };
    } finally {
      this.uploads = outer;
    }
  }

  /** Lets go of data that no tensor has, in tfjs's books too. */
  letGo(dataId: DataId): void {
    if (this.disposeData(dataId)) engine().removeDataId(dataId, this);
  }

  #release(value: Value): void {
    if (value.pooled && value.elements) giveBack(this.#options.buffers, value, value.elements);
    value.elements = undefined;
    value.hostOnly = undefined;
  }

  // What tfjs asks of a backend.

  override write(values: BackendValues, shape: number[], dtype: TensorInfo['dtype']): DataId {
    const dataId = {};
    this.#store(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: TensorInfo['dtype'],
    refCount: number,
  ): void {
    this.#store(dataId, values, shape, dtype, refCount);
  }

  /** Numbers are copied: what is done with them comes later, when the program may have reused its array. */
  #store(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: TensorInfo['dtype'],
    refCount: number,
  ): void {
    const value = new Value([...shape], dtype);
    value.refCount = refCount;
    if (isNumeric(dtype)) {
      const elements = this.#options.buffers.take(dtype, util.sizeFromShape(shape));
      if (values) elements.set(values as Elements);
      else elements.fill(0);
      value.elements = elements;
      value.pooled = true;
    } else if (dtype === 'string') {
      const strings = (values ?? []) as unknown as (string | Uint8Array)[];
      value.hostOnly = strings.map((text) => (typeof text === 'string' ? util.encodeString(text) : text));
    } else {
      value.hostOnly = split(values as Float32Array);
    }
    this.data.set(dataId, value);
    this.uploads?.values.add(value);
    this.uploads?.digests.push(digest(value));
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    const value = this.data.get(dataId);
    if (this.recording.isTracing) throw this.#impureRead(value);
    if (value.isComputed && !this.journal.hasFailed(value.segment)) return contents(value);
    // The tensor may be disposed of before it is computed.
    value.uses++;
    try {
      await this.executor.flush(value);
      return contents(value);
    } finally {
      value.uses--;
      this.recording.drop(value);
    }
  }

  override readSync(dataId: DataId): BackendValues {
    const value = this.data.get(dataId);
    if (this.recording.isTracing) throw this.#impureRead(value);
    if (value.source) {
      throw new Error(
        `onnxruntime: the result of ${described(value.source)} cannot be read synchronously, as by dataSync() or ` +
          'arraySync(): it has yet to be computed, which takes an await; use data(), array(), or print after it',
      );
    }
    return contents(value);
  }

  /** What is read while a function is captured would stay as it is in every replay. */
  #impureRead({ source }: Value): Error {
    const read = source ? `the result of ${described(source)}` : 'a tensor';
    this.impureRead = new Error(
      `compile: the function reads ${read} while it is captured, and replays would not read it again; return the tensor ` +
        'and read it outside',
    );
    return this.impureRead;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const value = this.data.get(dataId);
    value.refCount--;
    if (!force && value.refCount > 0) return false;
    this.data.delete(dataId);
    if (!value.isComputed) this.journal.gone(value);
    for (const gone of [value, ...value.parts]) gone.refCount = 0;
    for (const gone of [value, ...value.parts]) this.recording.drop(gone);
    return true;
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.data.get(dataId).refCount++;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override timerAvailable(): boolean {
    return true;
  }

  /** Milliseconds inside ONNX Runtime for what is pending, with what `f` adds to it; tfjs needs `f` called at once. */
  override time(f: () => void): Promise<{ kernelMs: number }> {
    f();
    const before = this.executor.graphs.statistics.runMs;
    return this.executor.flush().then(() => ({ kernelMs: this.executor.graphs.statistics.runMs - before }));
  }

  override memory(): { unreliable: boolean; bytesPooled: number } {
    return { unreliable: false, bytesPooled: this.#options.buffers.bytes };
  }

  override dispose(): void {
    this.#unobserve();
    this.journal.clear();
    this.#options.layers?.remove();
    this.#options.buffers.clear();
    this.executor.dispose();
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }
}

function newValue({ shape, dtype, parts = [] }: Pick<TensorType, 'shape' | 'dtype' | 'parts'>): Value {
  return new Value(
    shape,
    dtype,
    parts.map((part) => newValue(part)),
  );
}

/** Whether neither the value nor a part of it has elements. */
const isEmpty = ({ shape, parts }: Value): boolean => shape.includes(0) && parts.every(isEmpty);

const noElements = ({ dtype }: Value): Elements => allocate(dtype as NumericType, 0);

function hostTensors(operands: readonly Operand[]): Record<string, HostTensor> {
  return Object.fromEntries(
    operands.map(({ name, shape, value: { dtype, elements, hostOnly } }) => [
      name,
      { shape, dtype, elements, hostOnly },
    ]),
  );
}

/** A copy: the backend's arrays are written again. */
function contents({ elements, hostOnly }: Value): BackendValues {
  if (elements) return elements.slice();
  if (hostOnly && 'real' in hostOnly) return merged(hostOnly.real, hostOnly.imag);
  return hostOnly as Uint8Array[];
}

function merged(real: Float32Array, imag: Float32Array): Float32Array {
  return Float32Array.from({ length: 2 * real.length }, (_, i) => (i % 2 === 0 ? real : imag)[i >> 1]!);
}

function split(pairs: Float32Array): { real: Float32Array; imag: Float32Array } {
  const part = (offset: 0 | 1) =>
    Float32Array.from({ length: pairs.length / 2 }, (_, i) => pairs[2 * i + offset]!);
  return { real: part(0), imag: part(1) };
}

/** The scope of tfjs's operation under way */
function currentOperation(): string {
  return engine().state.activeScope?.name ?? '';
}
