import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import {
  type backend_util,
  type DataId,
  type DataType,
  type TensorInfo,
  type TypedArray,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { HandsOver, HasValuesAtHand, RollingBack } from '@unroll/backend/contract';
import { homeOf, ListedData, observeAssignments } from '@unroll/backend/engine';
import { DeviceHealth } from './device/device-health.ts';
import { HostCopies } from './host-copies.ts';
import { KernelCalls } from './kernel-calls.ts';
import { BACKEND_NAME } from './name.ts';
import type { WebgpuOptions } from './options.ts';
import type { BatchProgram } from './programs/batch-program.ts';
import { type BatchedCall, Batches } from './programs/batches.ts';
import { BufferPool } from './programs/buffer-pool.ts';
import { Commands, type Host } from './programs/commands.ts';
import type { Dispatch } from './programs/dispatch.ts';
import type { Program } from './programs/program.ts';
import { type Speed, UNMEASURED } from './recurrent/speed.ts';
import { statisticsOf, type WebgpuStatistics } from './statistics.ts';
import { type MemoryHost, TensorMemory } from './tensor-memory.ts';
import { TensorReads } from './tensor-reads.ts';
import { internalsOf, type TensorData } from './tfjs/internals.ts';
import { TfjsPipelines } from './tfjs/tfjs-pipelines.ts';
import { ValueChecks } from './value-checks.ts';

type Values = backend_util.BackendValues;

/**
 * tfjs-backend-webgpu with our programs in its command stream, our pool of buffers (which releases memory), and our
 * uploads, reads and reports of failures. A program's first call does not wait for the compiler.
 */
export class WebgpuBackend
  extends WebGPUBackend
  implements HandsOver, HasValuesAtHand, Pick<RollingBack, 'onRollback' | 'settled'>
{
  readonly options: WebgpuOptions;
  /** The speed of recurrent programs, measured when the backend is loaded */
  speed: Speed = UNMEASURED;
  readonly #internals = internalsOf(this);
  readonly #pool: BufferPool;
  readonly #commands: Commands;
  readonly #memory: TensorMemory;
  readonly #batches: Batches;
  readonly #tfjsPipelines: TfjsPipelines;
  readonly #health: DeviceHealth;
  readonly #copies: HostCopies;
  readonly #checks: ValueChecks;
  readonly #reads: TensorReads;
  readonly #stopObserving: () => void;
  readonly #calls = new KernelCalls(({ dataId }, force) => this.disposeData(dataId, force));

  constructor(device: GPUDevice, info: GPUAdapterInfo, options: WebgpuOptions) {
    super(device, info as never);
    this.options = options;
    this.#pool = new BufferPool(device, {
      ...options,
      makeRoom: () => {
        this.#batches.flush();
        this.#commands.makeRoom();
      },
    });
    this.#internals.bufferManager = this.#pool;
    const data = new ListedData<TensorData>(BACKEND_NAME, this);
    this.#internals.tensorMap = data;
    this.#commands = new Commands(this as unknown as Host, this.#pool);
    this.#memory = new TensorMemory(this as unknown as MemoryHost, this.#pool, this.#commands);
    this.#batches = new Batches(this.#commands, this.#pool, {
      alignment: device.limits.minStorageBufferOffsetAlignment,
      dataOf: (dataId) => this.#memory.find(dataId),
    });
    this.#tfjsPipelines = new TfjsPipelines(this.#internals, this.#commands);
    this.#health = new DeviceHealth(device, options.device === undefined, () => this.#copies.inWords);
    this.#checks = new ValueChecks({
      commands: this.#commands,
      pool: this.#pool,
      memory: this.#memory,
      checkDevice: () => this.#health.check(),
    });
    this.#copies = new HostCopies(this, this.#memory, this.#checks, options.hostCopyEvery);
    this.#reads = new TensorReads(this, {
      data,
      memory: this.#memory,
      checks: this.#checks,
      copies: this.#copies,
      health: this.#health,
    });
    this.#stopObserving = observeAssignments((variable) => {
      if (homeOf(variable.dataId) === this) this.#checks.assigning(variable);
    });
  }

  /** Whether the device is unusable. */
  get lost(): boolean {
    return this.#health.lost;
  }

  get statistics(): WebgpuStatistics {
    return statisticsOf(this.#commands, this.#pool, {
      reads: this.#reads.count,
      hostCopies: this.#copies.count,
    });
  }

  /** The values that are on the host: see `HasValuesAtHand`. */
  hostValues(dataId: DataId): TypedArray | undefined {
    const known = this.valuesOnHost(dataId);
    return ArrayBuffer.isView(known) ? known : undefined;
  }

  /** Checks values that are not on the host with the next read: see `HasValuesAtHand`. */
  checkWhenKnown(dataId: DataId, check: (values: TypedArray) => void): void {
    this.#checks.add([dataId], check);
  }

  /** See `RollingBack`. */
  onRollback(_variable: Variable, undo: () => void): boolean {
    return this.#checks.onRollback(undo);
  }

  settled(): Promise<void> {
    return this.lost ? Promise.resolve() : this.#checks.settled();
  }

  /** Checks values now if they are on the host, otherwise with the next read. `check` throws if they are wrong. */
  checkValues(tensors: readonly TensorInfo[], check: (...values: TypedArray[]) => void): void {
    this.#checks.check(tensors, check);
  }

  /** A tensor's values if they are on the host: like `hostValues`, but also strings. */
  valuesOnHost(dataId: DataId): Values | undefined {
    return this.#memory.valuesOnHost(dataId);
  }

  /** A new tensor with an allocated buffer; a program has to write its values. */
  output<Shape extends [] | number[]>(
    shape: Shape,
    dtype: DataType = 'float32',
  ): TensorInfo & { shape: Shape } {
    const info = this.#memory.allocate([...shape], dtype);
    return this.#calls.output(info as TensorInfo & { shape: Shape });
  }

  /** A new float32 tensor, not empty, whose values a waiting call will write: see `runWithOthers`. */
  awaited(shape: readonly number[]): TensorInfo {
    return this.#calls.output(this.makeTensorInfo([...shape], 'float32'));
  }

  /** Like `output`, but the tensor is disposed of when the running kernel ends. */
  scratch(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    return this.adoptScratch(this.#memory.allocate(shape, dtype));
  }

  /** Registers a tensor of another kernel for disposal when the running kernel ends. */
  adoptScratch(info: TensorInfo): TensorInfo {
    return this.#calls.scratch(info);
  }

  /**
   * Runs a kernel's code, then disposes of its scratch tensors, and of its outputs if it fails.
   *
   * @param endsStep whether such kernels end a training step
   */
  runKernel<Result>(code: () => Result, endsStep = false): Result {
    this.#checkHealth();
    this.#copies.beforeKernel(endsStep);
    return this.#calls.run(code);
  }

  /** Records a call of a program, or one per step. `output` or `scratch` must have created the written tensors. */
  run(program: Program, dispatch: Dispatch): void {
    this.#commands.run(program, dispatch);
  }

  /**
   * Makes a call of a program wait for other calls of it. They run together when one of their outputs is used.
   *
   * @param call the call; `awaited` must have created its outputs
   */
  runWithOthers(program: BatchProgram, call: BatchedCall): void {
    this.#batches.add(program, call);
  }

  /** Records a copy of a whole tensor; without a source, fills with zeros. */
  copy(from: TensorInfo | undefined, to: TensorInfo): void {
    this.#commands.copy(from, to);
  }

  /** Compiles programs in the background. */
  prepare(programs: readonly Program[]): Promise<void> {
    return this.#commands.prepare(programs);
  }

  /** Sends the recorded commands to the GPU and waits until they are done. */
  async flush(): Promise<void> {
    this.#batches.flush();
    this.#commands.submit();
    await this.idle();
    this.#checkHealth();
    await this.settled();
  }

  async idle(): Promise<void> {
    await this.#commands.sent();
    await this.device.queue.onSubmittedWorkDone().catch(() => {});
  }

  // Methods for TensorFlow.js.

  override uploadToGPU(dataId: DataId): void {
    this.#memory.upload(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    this.#batches.disposing(dataId, force);
    return super.disposeData(dataId, force);
  }

  override runWebGPUProgram(...args: Parameters<WebGPUBackend['runWebGPUProgram']>): TensorInfo {
    this.#checkHealth();
    this.#copies.beforeKernel(false);
    this.#commands.count('tfjs', 1);
    const result = this.#tfjsPipelines.run(args[0], args[1].length, () => super.runWebGPUProgram(...args));
    // Some programs overwrite an existing tensor.
    const written = this.#memory.data(result.dataId);
    delete written.uploaded;
    if (util.sizeFromShape(result.shape) > 0) written.values = null;
    return result;
  }

  /** Copies a part of a buffer first, because tfjs-backend-webgpu copies whole buffers. */
  override readToGPU(dataId: DataId): ReturnType<WebGPUBackend['readToGPU']> {
    const copy = this.#memory.copyOfPart(dataId);
    if (!copy) return super.readToGPU(dataId);
    try {
      return super.readToGPU(copy.dataId);
    } finally {
      this.disposeData(copy.dataId);
    }
  }

  /** Its callers in tfjs rely on the GPU having all commands when it returns. */
  override submitQueue(): void {
    this.#commands.submitting();
    super.submitQueue();
  }

  override time(f: () => void): ReturnType<WebGPUBackend['time']> {
    this.#batches.flush();
    this.#commands.submitNow();
    return super.time(() => {
      f();
      this.#batches.flush();
    });
  }

  override readSync(dataId: DataId): Values {
    return this.#reads.readNow(dataId);
  }

  override async read(dataId: DataId): Promise<never> {
    return (await this.#reads.read(dataId)) as never;
  }

  /** See `HandsOver`. */
  handOver(): Promise<void> {
    return this.#reads.readAll();
  }

  override dispose(): void {
    this.#stopObserving();
    this.#health.disposing();
    this.#batches.dispose();
    this.#commands.drop();
    super.dispose();
    if (!this.options.device) this.device.destroy();
  }

  /** @throws if the device is lost, or an earlier command has failed */
  #checkHealth(): void {
    this.#health.check();
    this.#checks.throwUnheard();
  }
}
