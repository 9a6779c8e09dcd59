import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { backend_util, type DataType, type TensorInfo, type TypedArray, util } from '@tensorflow/tfjs-core';
import type { HasValuesAtHand } from '@unroll/backend/contract';
import { OwnData } from '@unroll/backend/engine';
import type { Kernels } from './generated/kernels.ts';
import { structs } from './generated/shared.ts';
import { Memory, type MemoryStatistics } from './memory.ts';
import { BACKEND_NAME } from './name.ts';
import { type NumericType, TensorData } from './tensor-data.ts';
import { ThreadPool } from './threads/thread-pool.ts';
import { compileKernels, instantiateKernels, type KernelName, type Simd } from './wasm.ts';

type BackendValues = backend_util.BackendValues;
type DataId = TensorInfo['dataId'];

type Structs = typeof structs;

export interface CpuBackendOptions {
  readonly simd: Simd;
  /** Number of threads that share the work, including the calling one */
  readonly threads: number;
  /** Whether to continue on the calling thread alone if other threads cannot be started */
  readonly threadsOptional?: boolean;
  /** Bytes to which the WebAssembly memory may grow */
  readonly maxMemory?: number | undefined;
  /** Memory to use instead of a new one of `maxMemory` bytes; for tests */
  readonly memory?: Memory;
}

/** A tensor that a kernel creates, and the address for its elements. */
export interface Output<Shape extends number[] = number[]> {
  readonly info: TensorInfo & { shape: Shape };
  readonly pointer: number;
}

/**
 * The TensorFlow.js backend. Tensors that our kernels use are in WebAssembly memory. All others are JavaScript arrays,
 * which the kernels of tfjs-backend-cpu (its base class) use.
 */
export class CpuBackend extends MathBackendCPU implements HasValuesAtHand {
  declare data: OwnData<TensorData>;
  /** The kernels, called on the calling thread alone; `parallel` shares a kernel's work among threads. */
  readonly wasm: Kernels;
  readonly #memory: Memory;
  readonly #threads: ThreadPool;
  /**
   * The blocks to free when the running kernel ends, and the outputs to dispose of if it fails. Kernels can be nested.
   */
  readonly #calls: { scratch: number[]; outputs: TensorInfo[] }[] = [];

  private constructor(wasm: Kernels, memory: Memory, threads: ThreadPool) {
    super();
    this.data = new OwnData<TensorData>(BACKEND_NAME, this);
    this.wasm = wasm;
    this.#memory = memory;
    this.#threads = threads;
  }

  static async create({
    simd,
    threads,
    threadsOptional = false,
    maxMemory,
    memory = new Memory(maxMemory),
  }: CpuBackendOptions): Promise<CpuBackend> {
    const module = await compileKernels(simd);
    const wasm = instantiateKernels(module, memory.memory);
    memory.start(wasm.heapBase() >>> 0);
    const pool = new ThreadPool(wasm, module, memory.memory);
    if (threads > 1) {
      await pool.start(threads - 1, module, memory.memory).catch((error: unknown) => {
        if (!threadsOptional) throw error;
      });
    }
    return new CpuBackend(wasm, memory, pool);
  }

  get threads(): number {
    return this.#threads.size;
  }

  /** All tensor values are on the host: see `HasValuesAtHand`. */
  hostValues(dataId: DataId): TypedArray | undefined {
    const { values } = this.data.get(dataId);
    return ArrayBuffer.isView(values) ? values : undefined;
  }

  // Methods for kernels.

  /** The address of a tensor's elements. int32 and float32 take 4 bytes per element, bool takes 1. */
  pointer(info: TensorInfo): number {
    return this.data.get(info.dataId).address(util.sizeFromShape(info.shape));
  }

  /** The address of an input that may be absent; 0 if it is. */
  pointerIfAny(info: TensorInfo | undefined): number {
    return info ? this.pointer(info) : 0;
  }

  /** A new tensor with undefined content. */
  output<Shape extends [] | number[]>(shape: Shape, dtype: NumericType): Output<Shape> {
    const size = util.sizeFromShape(shape);
    const data = TensorData.allocate(this.#memory, dtype, size);
    const dataId = this.#newDataId();
    this.data.set(dataId, data);
    const info = { dataId, shape: [...shape] as Shape, dtype };
    this.adopt(info);
    return { info, pointer: data.address(size) };
  }

  /** Registers a tensor as an output of the running kernel, so that it is disposed of if the kernel fails. */
  adopt(info: TensorInfo): void {
    this.#calls.at(-1)?.outputs.push(info);
  }

  /** The address of `bytes` bytes with undefined content, freed when the running kernel ends. */
  scratch(bytes: number): number {
    const address = this.#memory.allocate(bytes);
    this.#calls.at(-1)!.scratch.push(address);
    return address;
  }

  /** A view of the floats at an address, to read or write on the host. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#memory.memory.buffer, address, count);
  }

  /** A view of the int32 elements at an address. */
  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.#memory.memory.buffer, address, count);
  }

  /** Puts a struct of assembly/ into scratch memory and returns its address. */
  struct<Name extends keyof Structs>(
    name: Name,
    fields: Readonly<Record<keyof Structs[Name], number>>,
  ): number {
    const places: Readonly<Record<string, number>> = structs[name];
    const values: Readonly<Record<string, number>> = fields;
    const size = Object.keys(places).length;
    const address = this.scratch(4 * size);
    const words = this.integers(address, size);
    for (const field in places) words[places[field]!] = values[field]!;
    return address;
  }

  /**
   * Runs `kernel(...args, begin, end)` over `items` items, shared among threads in pieces of `grain`. With no more than
   * `grain` items, it runs on the calling thread alone. So `grain` items have to be worth the cost of sharing, about 20
   * µs of work.
   */
  parallel(kernel: KernelName, args: readonly number[], items: number, grain: number): void {
    this.#threads.run(kernel, args, items, Math.max(1, Math.ceil(grain)));
  }

  /** Runs a kernel's code, then frees its scratch memory, and its outputs if it fails. See `contractKernel`. */
  runKernel<Result>(code: () => Result): Result {
    const call = { scratch: [] as number[], outputs: [] as TensorInfo[] };
    this.#calls.push(call);
    try {
      return code();
    } catch (error) {
      for (const info of call.outputs) this.disposeData(info.dataId, true);
      throw error;
    } finally {
      this.#calls.pop();
      for (const address of call.scratch) this.#memory.free(address);
    }
  }

  // Methods for TensorFlow.js.

  override write(values: BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = this.#newDataId();
    this.#set(dataId, values, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.#set(dataId, values, dtype, refCount);
  }

  override readSync(dataId: DataId): BackendValues {
    const { dtype, complexTensorInfos } = this.data.get(dataId);
    if (dtype === 'complex64') {
      const { real, imag } = complexTensorInfos!;
      return backend_util.mergeRealAndImagArrays(
        this.readSync(real.dataId) as Float32Array,
        this.readSync(imag.dataId) as Float32Array,
      );
    }
    return util.convertBackendValuesAndArrayBuffer(this.data.get(dataId).copyValues(), dtype);
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const data = this.data.has(dataId) ? this.data.get(dataId) : undefined;
    const disposed = super.disposeData(dataId, force);
    if (disposed) data?.release();
    return disposed;
  }

  /** tf.memory() adds its own counts to these numbers. */
  override memory(): { unreliable: boolean; reasons: string[] } & MemoryStatistics {
    return { unreliable: false, reasons: [], ...this.#memory.statistics };
  }

  override dispose(): void {
    this.#threads.stop();
  }

  #newDataId(): DataId {
    return {};
  }

  #set(dataId: DataId, values: BackendValues, dtype: DataType, refCount: number): void {
    const data = new TensorData(this.#memory, dtype, refCount);
    data.values = values;
    this.data.set(dataId, data);
  }
}
