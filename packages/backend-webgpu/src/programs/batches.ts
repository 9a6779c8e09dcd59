import { type DataId, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TensorData } from '../tfjs/internals.ts';
import {
  type BatchProgram,
  bufferName,
  bufferOf,
  MAX_CALLS,
  placeOf,
  workgroupsOfCall,
} from './batch-program.ts';
import { type BufferPool, STORAGE_USAGE } from './buffer-pool.ts';
import type { Commands } from './commands.ts';
import type { Params, Slice } from './dispatch.ts';

/** A call of a program for many calls */
export interface BatchedCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  readonly params: Params;
}

interface Output {
  readonly name: string;
  readonly bytes: number;
  /** Undefined after it is disposed of */
  data: TensorData | undefined;
}

/** A call whose inputs are kept and whose outputs have reserved memory. */
interface WaitingCall {
  readonly inputs: readonly (readonly [string, Slice])[];
  readonly outputs: readonly Output[];
  readonly params: Params;
  readonly size: number;
}

/** A call whose outputs have their places, counted in elements. */
interface PlacedCall extends Omit<WaitingCall, 'outputs'> {
  readonly places: readonly (readonly [string, number])[];
}

interface Batch {
  readonly program: BatchProgram;
  readonly calls: Set<WaitingCall>;
  bytes: number;
}

/** Bytes of outputs after which a batch waits for no more calls: a buffer of up to 128 MiB can be bound whole. */
const MOST_BYTES = 2 ** 25;

/**
 * Calls that wait for other calls of the same program, so that a few dispatches process all of them. They run when any
 * code needs an output's buffer; until then an output has no buffer. All outputs of a batch are parts of one buffer, of
 * at most slightly more than 32 MiB, which is released with the last of them.
 */
export class Batches {
  readonly #commands: Commands;
  readonly #pool: BufferPool;
  /** The offset of a binding must be a multiple of this number of bytes */
  readonly #alignment: number;
  readonly #dataOf: (dataId: DataId) => TensorData | undefined;
  readonly #waiting = new Map<BatchProgram, Batch>();
  readonly #outputs = new WeakMap<TensorData, { batch: Batch; call: WaitingCall; output: Output }>();

  constructor(
    commands: Commands,
    pool: BufferPool,
    { alignment, dataOf }: { alignment: number; dataOf(dataId: DataId): TensorData | undefined },
  ) {
    this.#commands = commands;
    this.#pool = pool;
    this.#alignment = alignment;
    this.#dataOf = dataOf;
  }

  /**
   * Makes a call wait.
   *
   * @param outputs outputs of tensors that have neither values nor a buffer
   * @throws {OutOfMemoryError} if memory does not suffice for the outputs; nothing has changed then
   */
  add(program: BatchProgram, { inputs, outputs, params }: BatchedCall): void {
    const slices = Object.entries(inputs).map(
      ([name, tensor]) => [name, this.#commands.slice(tensor)] as const,
    );
    const made = Object.entries(outputs).map(([name, tensor]) => {
      const bytes = 4 * util.sizeFromShape(tensor.shape);
      return { name, data: this.#dataOf(tensor.dataId), bytes };
    });
    const bytes = this.#bytesOf({ outputs: made });
    this.#pool.reserve(bytes);
    for (const [, { buffer }] of slices) this.#pool.shareBuffer(buffer);
    const batch = this.#waiting.get(program) ?? { program, calls: new Set<WaitingCall>(), bytes: 0 };
    this.#waiting.set(program, batch);
    const call = { inputs: slices, outputs: made, params, size: made[0]!.bytes / 4 };
    batch.calls.add(call);
    batch.bytes += bytes;
    for (const output of made) {
      const data = output.data!;
      const resourceOnceRun = () => {
        this.#run(batch);
        return data.resource;
      };
      Object.defineProperty(data, 'resource', { get: resourceOnceRun, configurable: true, enumerable: true });
      this.#outputs.set(data, { batch, call, output });
    }
    if (batch.bytes > MOST_BYTES) this.#run(batch);
  }

  /**
   * To be called when a tensor (or, with `force`, every tensor) releases data. A call whose outputs are all released
   * does not run.
   */
  disposing(dataId: DataId, force: boolean): void {
    const data = this.#dataOf(dataId);
    const waiting = data && this.#outputs.get(data);
    if (!waiting || (data.refCount > 1 && !force)) return;
    const { batch, call, output } = waiting;
    this.#settle(data, null);
    output.data = undefined;
    if (call.outputs.some((other) => other.data)) return;
    const bytes = this.#bytesOf(call);
    this.#pool.unreserve(bytes);
    batch.bytes -= bytes;
    batch.calls.delete(call);
    if (batch.calls.size === 0) this.#waiting.delete(batch.program);
    for (const [, { buffer }] of call.inputs) this.#commands.releaseAfterwards(buffer);
  }

  /** Records all waiting calls. */
  flush(): void {
    for (const batch of this.#waiting.values()) this.#run(batch);
  }

  /** Drops all waiting calls. */
  dispose(): void {
    const outputs = [...this.#waiting.values()].flatMap(({ calls }) =>
      [...calls].flatMap((call) => call.outputs),
    );
    for (const { data } of outputs) if (data) this.#settle(data, null);
    this.#waiting.clear();
  }

  #run({ program, calls: waiting, bytes }: Batch): void {
    const calls = [...waiting];
    this.#waiting.delete(program);
    const to = this.#pool.acquireReserved(bytes, STORAGE_USAGE);
    const placed: PlacedCall[] = [];
    let offset = 0;
    for (const { outputs, ...call } of calls) {
      const places: [string, number][] = [];
      for (const { name, data, bytes: size } of outputs) {
        places.push([name, offset / 4]);
        if (data) {
          data.place = { offset, size };
          this.#settle(data, to);
          this.#pool.shareBuffer(to);
        }
        offset += this.#aligned(size);
      }
      placed.push({ ...call, places });
    }
    for (const group of groupsOf(placed, program.buffers)) this.#dispatch(program, group, to);
    for (const [, { buffer }] of calls.flatMap(({ inputs }) => inputs))
      this.#commands.releaseAfterwards(buffer);
    // Releases the buffer's first loan; from here on its parts hold it.
    this.#commands.releaseAfterwards(to);
  }

  /** Sets the buffer of a waiting output. */
  #settle(data: TensorData, resource: GPUBuffer | null): void {
    this.#outputs.delete(data);
    Object.defineProperty(data, 'resource', { value: resource, writable: true });
  }

  #dispatch({ program, buffers }: BatchProgram, { calls, from }: Group, to: GPUBuffer): void {
    let first = 0;
    const params = calls.map((call): Params => {
      const own: Params = {
        count: calls.length,
        first,
        size: call.size,
        ...Object.fromEntries(
          call.inputs.flatMap(([name, { buffer, offset }]) => [
            [bufferOf(name), from.indexOf(buffer)],
            [placeOf(name), offset / 4],
          ]),
        ),
        ...Object.fromEntries(call.places.map(([name, place]) => [placeOf(name), place])),
        ...call.params,
      };
      first += workgroupsOfCall(call.size);
      return own;
    });
    // Bindings that no call needs must exist too; they use the first buffer.
    const bound = Array.from({ length: buffers }, (_, i) => [bufferName(i), from[i] ?? from[0]!] as const);
    this.#commands.run(program, {
      buffers: { ...Object.fromEntries(bound), to },
      params,
      workgroups: [first],
    });
  }

  #bytesOf({ outputs }: Pick<WaitingCall, 'outputs'>): number {
    return outputs.reduce((sum, { bytes }) => sum + this.#aligned(bytes), 0);
  }

  #aligned(bytes: number): number {
    return this.#alignment * Math.ceil(bytes / this.#alignment);
  }
}

/** The calls of one dispatch, and the buffers that hold their inputs */
interface Group {
  readonly calls: PlacedCall[];
  readonly from: GPUBuffer[];
}

/** Groups calls so that a dispatch can process each group and bind its buffers. */
function groupsOf(calls: readonly PlacedCall[], buffers: number): Group[] {
  const groups: Group[] = [];
  for (const call of calls) {
    const own = new Set(call.inputs.map(([, { buffer }]) => buffer));
    let group = groups.at(-1);
    const added = group ? [...own].filter((buffer) => !group!.from.includes(buffer)) : [...own];
    if (!group || group.calls.length === MAX_CALLS || group.from.length + added.length > buffers) {
      group = { calls: [], from: [] };
      groups.push(group);
    }
    group.calls.push(call);
    for (const buffer of own) if (!group.from.includes(buffer)) group.from.push(buffer);
  }
  return groups;
}
