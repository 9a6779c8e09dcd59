import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import {
  backend_util,
  type DataId,
  type DataType,
  type TensorInfo,
  type TypedArray,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { HasValuesAtHand, RollingBack } from '@unroll/backend/contract';
import { homeOf, OwnData, observeAssignments, tensorOf } from '@unroll/backend/engine';
import { DeviceHealth } from './device/device-health.ts';
import { HostCopies } from './host-copies.ts';
import { BACKEND_NAME } from './name.ts';
import { DEFAULTS, type WebgpuOptions } from './options.ts';
import type { BatchProgram } from './programs/batch-program.ts';
import { type BatchedCall, Batches } from './programs/batches.ts';
import { BufferPool } from './programs/buffer-pool.ts';
import { Commands, type Dispatch, type Host, type Slice } from './programs/commands.ts';
import { download } from './programs/download.ts';
import type { Program } from './programs/program.ts';
import { type Speed, UNMEASURED } from './recurrent/speed.ts';
import type { WebgpuStatistics } from './statistics.ts';
import { type Internals, internalsOf, type TensorData } from './tfjs/internals.ts';
import { TfjsPipelines } from './tfjs/tfjs-pipelines.ts';
import { ValueChecks } from './value-checks.ts';

type Values = backend_util.BackendValues;

/** Bytes of an upload that are kept on the host at most */
const MOST_KEPT = 2 ** 24;

const STORAGE_USAGE = 0x80 | 0x4 | 0x8; // STORAGE, COPY_SRC, COPY_DST

/**
 * tfjs-backend-webgpu with programs of ours in its command stream. Beyond that it changes: the pool of buffers, which
 * gives memory back; uploads, which do not end the compute pass; reads; the programs' first
 * calls, which do not wait until they are compiled; and failures, which reach whoever computes or reads next.
 */
export class WebgpuBackend extends WebGPUBackend implements HasValuesAtHand, Pick<RollingBack, 'onRollback'> {
  readonly options: WebgpuOptions;
  /** Of recurrent programs; measured when the backend is loaded */
  speed: Speed = UNMEASURED;
  readonly #internals = internalsOf(this);
  readonly #pool: BufferPool;
  readonly #commands: Commands;
  readonly #batches: Batches;
  readonly #tfjsPipelines: TfjsPipelines;
  readonly #health: DeviceHealth;
  readonly #copies: HostCopies;
  readonly #checks: ValueChecks;
  readonly #stopObserving: () => void;
  /** The tensors to dispose of when the kernel that runs ends, or fails; kernels can be nested. */
  readonly #calls: { scratch: TensorInfo[]; outputs: TensorInfo[] }[] = [];
  #submissions = 0;
  #isDisposed = false;
  #reads = 0;

  constructor(device: GPUDevice, info: GPUAdapterInfo, options: WebgpuOptions) {
    super(device, info as never);
    this.options = options;
    const {
      maxMemory = Number.POSITIVE_INFINITY,
      maxPooledBytes = DEFAULTS.maxPooledBytes,
      hostCopyEvery = DEFAULTS.hostCopyEvery,
    } = options;
    this.#pool = new BufferPool(device, {
      maxMemory,
      maxPooledBytes,
      makeRoom: () => this.#commands.makeRoom(),
    });
    this.#internals.bufferManager = this.#pool;
    this.#internals.tensorMap = new OwnData<TensorData>(BACKEND_NAME, this);
    this.#internals.tensorToBinding = bindingOf(this.#internals);
    this.#commands = new Commands(this as unknown as Host, this.#pool);
    this.#batches = new Batches(this.#commands, this.#pool, {
      alignment: device.limits.minStorageBufferOffsetAlignment,
      dataOf: ({ dataId }) => this.#internals.tensorMap.get(dataId),
    });
    this.#tfjsPipelines = new TfjsPipelines(this.#internals, this.#commands);
    this.#health = new DeviceHealth(device, options.device === undefined);
    this.#copies = new HostCopies(this, hostCopyEvery);
    this.#checks = new ValueChecks({
      download: (slices) =>
        download(slices, {
          commands: this.#commands,
          pool: this.#pool,
          check: () => this.#checkHealth(),
        }),
      keep: (buffer) => this.#pool.shareBuffer(buffer),
      letGo: (buffer) => this.#commands.releaseAfterwards(buffer),
    });
    this.#stopObserving = observeAssignments((variable) => {
      if (homeOf(variable.dataId) === this) this.#checks.assigning(variable, () => this.#keepValue(variable));
    });
  }

  /** Whether the device is of no more use. */
  get lost(): boolean {
    return this.#health.lost;
  }

  get statistics(): WebgpuStatistics {
    const { dispatches, programs } = this.#commands;
    return {
      dispatches: Object.values(dispatches).reduce((sum, count) => sum + count, 0),
      dispatchesByProgram: dispatches,
      submissions: this.#submissions,
      reads: this.#reads,
      hostCopies: this.#copies.count,
      programs,
      buffers: this.#pool.getNumUsedBuffers(),
      bytesInUse: this.#pool.numBytesUsed,
      bytesPooled: this.#pool.freeBytes,
    };
  }

  /** Values that are on the host: see `HasValuesAtHand`. */
  hostValues(dataId: DataId): TypedArray | undefined {
    const known = this.valuesOnHost(dataId);
    return ArrayBuffer.isView(known) ? known : undefined;
  }

  /** Has values that are not at hand checked with the next read: see `HasValuesAtHand`. */
  checkWhenKnown(dataId: DataId, check: (values: TypedArray) => void): void {
    this.#addCheck([dataId], check);
  }

  /** See `RollingBack`. */
  onRollback(_variable: Variable, undo: () => void): boolean {
    return this.#checks.onRollback(undo);
  }

  // What kernels use.

  /** Checks values: now where they are on the host, else with the next read. `check` throws where they are wrong. */
  checkValues(tensors: readonly TensorInfo[], check: (...values: TypedArray[]) => void): void {
    const known = tensors.flatMap(({ dataId }) => this.hostValues(dataId) ?? []);
    if (known.length === tensors.length) check(...known);
    else
      this.#addCheck(
        tensors.map(({ dataId }) => dataId),
        check,
      );
  }

  #addCheck(dataIds: readonly DataId[], check: (...values: TypedArray[]) => void): void {
    const values = dataIds.flatMap((dataId) => {
      const { dtype, shape } = this.#internals.tensorMap.get(dataId);
      const isEmpty = util.sizeFromShape(shape) === 0;
      return isEmpty ? [] : [{ slice: this.#commands.slice({ dataId }), dtype: dtype as 'int32' }];
    });
    if (values.length === dataIds.length) this.#checks.add(values, check);
  }

  /** A tensor's values as far as they are on the host: see `hostValues`, and strings. */
  valuesOnHost(dataId: DataId): Values | undefined {
    const { values, uploaded } = this.#internals.tensorMap.get(dataId);
    return values ?? uploaded;
  }

  /** Whether the data came from the host, and no program has written it. */
  isFromHost(dataId: DataId): boolean {
    const { uploaded, values, resource } = this.#internals.tensorMap.get(dataId);
    return uploaded !== undefined || (!!values && !resource);
  }

  /** A new tensor, its buffer allocated, its values to be written by a program. */
  output<Shape extends [] | number[]>(
    shape: Shape,
    dtype: DataType = 'float32',
  ): TensorInfo & { shape: Shape } {
    const info = this.#allocated([...shape], dtype);
    this.#calls.at(-1)?.outputs.push(info);
    return info as TensorInfo & { shape: Shape };
  }

  /** A new float32 tensor, not empty, of which a call that waits writes the values: see `runWithOthers`. */
  awaited(shape: readonly number[]): TensorInfo {
    const info = this.makeTensorInfo([...shape], 'float32');
    this.#calls.at(-1)?.outputs.push(info);
    return info;
  }

  /** As `output`, disposed of when the kernel that runs has ended. */
  scratch(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    return this.adoptScratch(this.#allocated(shape, dtype));
  }

  /** Makes a tensor of another kernel one that is disposed of when the kernel that runs has ended. */
  adoptScratch(info: TensorInfo): TensorInfo {
    this.#calls.at(-1)!.scratch.push(info);
    return info;
  }

  /**
   * Runs a kernel's code, then disposes of its scratch tensors, and if it fails of its outputs.
   *
   * @param endsStep whether a training step ends with such kernels
   */
  runKernel<Result>(code: () => Result, endsStep = false): Result {
    this.#checkHealth();
    this.#copies.beforeKernel(endsStep);
    const call = { scratch: [] as TensorInfo[], outputs: [] as TensorInfo[] };
    this.#calls.push(call);
    try {
      return code();
    } catch (error) {
      for (const info of call.outputs) this.disposeData(info.dataId, true);
      throw error;
    } finally {
      this.#calls.pop();
      for (const info of call.scratch) this.disposeData(info.dataId);
    }
  }

  /** Records a call of a program, or one for each step. What it writes must have been made by `output` or `scratch`. */
  run(program: Program, dispatch: Dispatch): void {
    this.#commands.run(program, dispatch);
  }

  /**
   * Has a call of a program wait for others of its kind, and run with them when one of its outputs is used.
   *
   * @param call whose outputs were made by `awaited`
   */
  runWithOthers(program: BatchProgram, call: BatchedCall): void {
    this.#batches.add(program, call);
  }

  /** Records a copy of all of a tensor; without a source, of zeros. */
  copy(from: TensorInfo | undefined, to: TensorInfo): void {
    this.#commands.copy(from, to);
  }

  /** Compiles programs while the program goes on, so that their first call does not wait. */
  prepare(programs: readonly Program[]): Promise<void> {
    return this.#commands.prepare(programs);
  }

  /** Sends what is recorded to the GPU, and waits until it is done. */
  async flush(): Promise<void> {
    this.#batches.flush();
    this.#commands.submit();
    await this.idle();
    this.#checkHealth();
    if (this.#checks.areOpen) await this.#checks.read([]);
  }

  /** Resolves when the GPU has done all that it was given. */
  async idle(): Promise<void> {
    await this.#commands.sent();
    await this.device.queue.onSubmittedWorkDone().catch(() => {});
  }

  // What TensorFlow.js uses.

  override uploadToGPU(dataId: DataId): void {
    const data = this.#internals.tensorMap.get(dataId);
    if (data.resource) return;
    const size = 4 * util.sizeFromShape(data.shape);
    const buffer = this.#pool.acquireBuffer(Math.max(size, 4), STORAGE_USAGE);
    if (data.values && size > 0) {
      const words = wordsOf(data.dtype, data.values);
      this.queue.writeBuffer(buffer, 0, words);
      // A copy, as the program may write into its array.
      if (size <= MOST_KEPT) data.uploaded = (data.values as Float32Array).slice();
      data.values = null;
    }
    data.resource = buffer;
  }

  override runWebGPUProgram(...args: Parameters<WebGPUBackend['runWebGPUProgram']>): TensorInfo {
    this.#checkHealth();
    this.#copies.beforeKernel(false);
    this.#commands.count('tfjs', 1);
    const [program, inputs] = args;
    const run = () => super.runWebGPUProgram(...args);
    const result = this.#tfjsPipelines.run(program, inputs.length, run);
    // Some programs write into a tensor that is there already.
    const written = this.#internals.tensorMap.get(result.dataId);
    delete written.uploaded;
    if (util.sizeFromShape(result.shape) > 0) written.values = null;
    return result;
  }

  /** tfjs-backend-webgpu copies whole buffers. */
  override readToGPU(dataId: DataId): ReturnType<WebGPUBackend['readToGPU']> {
    const data = this.#internals.tensorMap.get(dataId);
    if (!data.resource || !data.place) return super.readToGPU(dataId);
    const own = this.makeTensorInfo(data.shape, data.dtype);
    try {
      this.uploadToGPU(own.dataId);
      this.#commands.copy({ dataId, shape: data.shape, dtype: data.dtype }, own);
      return super.readToGPU(own.dataId);
    } finally {
      this.disposeData(own.dataId);
    }
  }

  /** Its callers in tfjs rely on it that the GPU has all commands when it returns. */
  override submitQueue(): void {
    this.#commands.completeNow();
    this.#submissions++;
    super.submitQueue();
  }

  override time(f: () => void): ReturnType<WebGPUBackend['time']> {
    this.#commands.submitNow();
    return super.time(f);
  }

  /** tfjs-backend-webgpu reads through a canvas, which in some browsers gives zeros without an error. */
  override readSync(dataId: DataId): Values {
    const known = this.valuesOnHost(dataId);
    if (known) return known;
    throw new Error(
      'webgpu: what is on the GPU can only be read asynchronously; write await tensor.data() in the place of tensor.dataSync()',
    );
  }

  override async read(dataId: DataId): Promise<never> {
    const { values, complexTensorInfos } = this.#internals.tensorMap.get(dataId);
    if (values) return values as never;
    if (complexTensorInfos) {
      const { real, imag } = complexTensorInfos;
      const parts = await Promise.all([this.read(real.dataId), this.read(imag.dataId)]);
      return backend_util.mergeRealAndImagArrays(...(parts as [Float32Array, Float32Array])) as never;
    }
    const kept = this.lost ? this.#copies.valuesOf(dataId) : undefined;
    if (kept) return kept as never;
    if (this.#isDisposed) {
      throw new Error(
        'webgpu: a tensor is read whose backend another one has replaced; useBackend takes variables along, and nothing else',
      );
    }
    this.#checkHealth();
    this.#reads++;
    const [read] = await this.#download([dataId], (slices) => this.#checks.read(slices));
    // The tensor may have been disposed of meanwhile.
    if (this.#internals.tensorMap.has(dataId)) this.#internals.tensorMap.get(dataId).values = read;
    return read as never;
  }

  /** Reads data in one go, once all that is recorded so far has run. The caller need not tell anybody of errors. */
  downloadAll(dataIds: readonly DataId[]): Promise<Values[]> {
    return this.#download(dataIds, (slices) => this.#checks.readUnasked(slices));
  }

  async #download(
    dataIds: readonly DataId[],
    readSlices: (slices: readonly Slice[]) => Promise<ArrayBuffer[]>,
  ): Promise<Values[]> {
    const dtypes = dataIds.map((dataId) => this.#internals.tensorMap.get(dataId).dtype);
    const parts = await readSlices(dataIds.map((dataId) => this.#commands.slice({ dataId })));
    return parts.map((part, i) => util.convertBackendValuesAndArrayBuffer(part, dtypes[i]!) as Values);
  }

  override dispose(): void {
    this.#isDisposed = true;
    this.#stopObserving();
    this.#health.disposing();
    this.#commands.drop();
    super.dispose();
    if (!this.options.device) this.device.destroy();
  }

  /** Keeps what a variable is, and gives what makes it that again. */
  #keepValue(variable: Variable): { restore(): void; forget(): void } {
    const { values, uploaded, resource, place } = this.#internals.tensorMap.get(variable.dataId);
    const { shape, dtype } = variable;
    if (resource) this.#pool.shareBuffer(resource);
    return {
      restore: () => {
        const info = this.makeTensorInfo(shape, dtype);
        const data = this.#internals.tensorMap.get(info.dataId);
        Object.assign(data, { values, resource, ...(uploaded && { uploaded }), ...(place && { place }) });
        const tensor = tensorOf(info.dataId, shape, dtype, this);
        variable.assign(tensor);
        tensor.dispose();
      },
      forget: () => {
        if (resource) this.#commands.releaseAfterwards(resource);
      },
    };
  }

  #checkHealth(): void {
    this.#checks.throwUnheard();
    this.#health.check(() => {
      const { lastStep, steps } = this.#copies;
      return lastStep === undefined
        ? 'There is no copy of what was on it on the host.'
        : `useBackend, called again, goes on from the values that variables had after ${lastStep} of the ${steps} training steps since it was loaded.`;
    });
  }

  #allocated(shape: number[], dtype: DataType): TensorInfo {
    const info = this.makeTensorInfo(shape, dtype);
    if (util.sizeFromShape(shape) > 0) this.uploadToGPU(info.dataId);
    else
      this.#internals.tensorMap.get(info.dataId).values = util.getTypedArrayFromDType(dtype as 'float32', 0);
    return info;
  }
}

/** tfjs-backend-webgpu's own, which binds whole buffers, made to bind what a tensor has of them */
function bindingOf(internals: Internals): Internals['tensorToBinding'] {
  const whole = internals.tensorToBinding.bind(internals);
  return (tensor) => {
    const { resource, place } = tensor ? internals.tensorMap.get(tensor.dataId) : {};
    return place ? { buffer: resource!, ...place } : whole(tensor);
  };
}

/** Values as the GPU has them: 4 bytes an element, whatever their type. */
function wordsOf(dtype: DataType, values: Values): Float32Array<ArrayBuffer> {
  const wanted = dtype === 'int32' || dtype === 'bool' ? Int32Array : Float32Array;
  return (values instanceof wanted ? values : wanted.from(values as Uint8Array)) as Float32Array<ArrayBuffer>;
}
