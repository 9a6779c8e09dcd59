import {
  type backend_util,
  KernelBackend,
  type Tensor,
  type TensorInfo,
  type Variable,
} from '@tensorflow/tfjs-core';
import {
  type CapturingBackend,
  type HandsOver,
  type HasValuesAtHand,
  observeHostState,
  type Rehearsal,
  type RollingBack,
} from '@unroll/backend/contract';
import { currentBackend, observeAssignments } from '@unroll/backend/engine';
import { type Arrays, contentsOf } from './arrays/arrays.ts';
import type { Elements } from './arrays/elements.ts';
import { KernelRecorder } from './calls/record-kernel.ts';
import { Recorder } from './calls/recorder.ts';
import { ValueChecks } from './calls/value-checks.ts';
import { GraphCapture } from './compile/graph-capture.ts';
import { traced } from './compile/trace.ts';
import { Executor } from './execution/executor.ts';
import type { GraphRunner } from './execution/graph-runner.ts';
import { UnreadRuns } from './execution/unread-runs.ts';
import { HostCalls } from './host/host-calls.ts';
import type { HostKernels } from './host/host-kernels.ts';
import type { Layers } from './profile/layers.ts';
import { Journal } from './recording/journal.ts';
import { Observer } from './recording/observer.ts';
import { described } from './recording/recorded-op.ts';
import { Recording } from './recording/recording.ts';
import { TensorData } from './recording/tensor-data.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { OnnxruntimeStatistics } from './statistics.ts';

type BackendValues = backend_util.BackendValues;
type DataId = TensorInfo['dataId'];

interface OnnxruntimeBackendOptions {
  readonly runtime: Pick<Runtime, 'pause'>;
  readonly arrays: Arrays;
  readonly graphs: GraphRunner;
  readonly hostKernels: HostKernels;
  /** Whether kernels that ONNX cannot express may run on the host */
  readonly hostFallback: boolean;
  /** The number of recorded operations after which they run without a read */
  readonly maxPending: number;
  /** Tells which layer a call belongs to; undefined where nobody asks for it */
  readonly layers: Layers | undefined;
}

/**
 * The TensorFlow.js backend whose kernels record operations and return tensors without elements. Reading a tensor
 * runs all pending operations as one graph. This class has the methods that tfjs and the contract require. The parts
 * that its constructor puts together do the work; the constructor makes the lowest part first.
 */
export class OnnxruntimeBackend
  extends KernelBackend
  implements CapturingBackend, HandsOver, RollingBack, HasValuesAtHand
{
  readonly executor: Executor;
  /** Kernels with a lowering call this */
  readonly kernels: KernelRecorder;
  /** Kernels without a lowering call this */
  readonly hostCalls: HostCalls;
  readonly #options: OnnxruntimeBackendOptions;
  readonly #recording: Recording;
  readonly #data: TensorData;
  readonly #journal: Journal;
  readonly #recorder: Recorder;
  readonly #checks: ValueChecks;
  readonly #observer = new Observer();
  readonly #unobserve: () => void;

  constructor(options: OnnxruntimeBackendOptions) {
    super();
    this.#options = options;
    const { runtime, arrays, graphs, hostKernels, hostFallback, maxPending, layers } = options;
    const recording = new Recording(arrays);
    const data = new TensorData(this, recording, (value) => this.#journal.gone(value));
    this.#journal = new Journal(data, recording.segments);
    this.executor = new Executor(recording, this.#journal, graphs, runtime);
    const recorder = new Recorder(
      recording,
      data,
      new UnreadRuns(recording, this.executor, maxPending),
      layers,
    );
    this.#checks = new ValueChecks(data, recording, recorder);
    this.hostCalls = new HostCalls({
      kernels: hostKernels,
      isAllowed: hostFallback,
      data,
      recording,
      recorder,
    });
    this.kernels = new KernelRecorder({
      data,
      recorder,
      checks: this.#checks,
      hostKernels,
      hostCalls: this.hostCalls,
      observer: this.#observer,
    });
    this.#recording = recording;
    this.#data = data;
    this.#recorder = recorder;
    this.#unobserve = observeAssignments((variable, next) => this.#assigning(variable, next));
  }

  get isProfiling(): boolean {
    return this.#options.layers !== undefined;
  }

  get statistics(): OnnxruntimeStatistics {
    const { graphs, arrays } = this.#options;
    return {
      ...graphs.statistics,
      pending: this.#recording.length,
      bytesPooled: arrays.bytes,
      hostFallbacks: this.hostCalls.counts,
    };
  }

  // The methods that the contract requires of a backend that computes later.

  #assigning(variable: Variable, next: Tensor): void {
    if (this.#recording.isTracing) return;
    this.#journal.assigning(variable, next);
    const [before, after] = [this.#data.find(variable.dataId), this.#data.find(next.dataId)];
    if (before && after && !after.isComputed) this.#recording.segments.assign(before, after);
  }

  onRollback(variable: Variable, undo: () => void): boolean {
    return !this.#recording.isTracing && this.#journal.onRollback(variable, undo);
  }

  standOrFall(variables: readonly Variable[], loss: Tensor): void {
    for (const { dataId } of variables) {
      const value = this.#data.find(dataId);
      if (value) this.#recording.bind(value, this.#data.get(loss.dataId));
    }
  }

  hostValues(dataId: DataId): Elements | undefined {
    return this.#data.get(dataId).elements;
  }

  checkWhenKnown(dataId: DataId, check: (elements: Elements) => void): void {
    this.#checks.checkWhenKnown(dataId, check);
  }

  // The methods that `compile` requires.

  get isObserving(): boolean {
    return this.#observer.current !== undefined;
  }

  rehearse<Result>(f: () => Result): Rehearsal<Result> {
    return this.#observer.observe(({ digests }) => {
      const { result, hostState } = observeHostState(f);
      return { result, isUnchanged: () => hostState.isUnchanged(), uploads: digests };
    });
  }

  capture(
    f: (args: readonly Tensor[]) => unknown,
    args: readonly Tensor[],
    uploads: readonly string[],
  ): GraphCapture {
    const rooms = {
      data: this.#data,
      recording: this.#recording,
      recorder: this.#recorder,
      graphs: this.#options.graphs,
    };
    return this.#observer.observe((observation) =>
      traced(rooms, observation, f, args, (trace) => {
        const isPure = observation.digests.join() === uploads.join();
        return new GraphCapture(rooms, trace, isPure);
      }),
    );
  }

  // The methods that tfjs requires of a backend.

  override write(values: BackendValues, shape: number[], dtype: TensorInfo['dtype']): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: TensorInfo['dtype'],
    refCount: number,
  ): void {
    const value = this.#options.arrays.upload(values, shape, dtype);
    this.#data.put(dataId, value, refCount);
    this.#observer.current?.noteUpload(value);
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    const value = this.#data.get(dataId);
    if (this.#recording.isTracing) throw this.#observer.current!.refuseRead(value);
    if (value.isComputed && !this.#journal.hasFailed(value.segment)) return contentsOf(value);
    // The program may dispose the tensor before it is computed.
    this.#recording.hold(value);
    try {
      await this.executor.flush(value);
      return contentsOf(value);
    } finally {
      this.#recording.letGo(value);
    }
  }

  /** See `HandsOver`. */
  handOver(): Promise<void> {
    return this.executor.flush();
  }

  override readSync(dataId: DataId): BackendValues {
    const value = this.#data.get(dataId);
    if (this.#recording.isTracing) throw this.#observer.current!.refuseRead(value);
    if (value.source) {
      const hint =
        currentBackend() === this
          ? ''
          : '. useBackend computes tensors for the next backend, tf.setBackend does not';
      throw new Error(
        `onnxruntime: the result of ${described(value.source)} cannot be read synchronously, as by dataSync() or ` +
          `arraySync(): it has yet to be computed, which takes an await; use data(), array(), or print after it${hint}`,
      );
    }
    return contentsOf(value);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    return this.#data.dispose(dataId, force);
  }

  override refCount(dataId: DataId): number {
    return this.#data.refCount(dataId);
  }

  override incRef(dataId: DataId): void {
    this.#data.incRef(dataId);
  }

  override numDataIds(): number {
    return this.#data.count;
  }

  override timerAvailable(): boolean {
    return true;
  }

  /**
   * Milliseconds inside ONNX Runtime for all pending operations and those that `f` adds. tfjs requires `f` to be
   * called at once.
   */
  override time(f: () => void): Promise<{ kernelMs: number }> {
    f();
    const { graphs } = this.#options;
    const before = graphs.statistics.runMs;
    return this.executor.flush().then(() => ({ kernelMs: graphs.statistics.runMs - before }));
  }

  override memory(): { unreliable: boolean; bytesPooled: number } {
    return { unreliable: false, bytesPooled: this.#options.arrays.bytes };
  }

  override dispose(): void {
    this.#unobserve();
    this.#journal.clear();
    this.#options.layers?.remove();
    this.#options.arrays.clear();
    this.executor.dispose();
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }
}
