import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TensorData } from '../tfjs/internals.ts';
import {
  type BatchProgram,
  bufferName,
  bufferOf,
  MAX_CALLS,
  placeOf,
  workgroupsOfCall,
} from './batch-program.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Commands, Params, Slice } from './commands.ts';

/** A call of a program for many */
export interface BatchedCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  readonly params: Params;
}

interface Output {
  readonly name: string;
  readonly data: TensorData;
  readonly bytes: number;
}

/** A call whose inputs are kept, and whose outputs have room. */
interface WaitingCall {
  readonly inputs: readonly (readonly [string, Slice])[];
  readonly outputs: readonly Output[];
  readonly params: Params;
  readonly size: number;
}

interface Batch {
  readonly program: BatchProgram;
  readonly calls: WaitingCall[];
  bytes: number;
}

/** Bytes of outputs after which a batch does not wait for more: a buffer can be bound whole up to 128 MiB. */
const MOST_BYTES = 2 ** 25;

const STORAGE_USAGE = 0x80 | 0x4 | 0x8; // STORAGE, COPY_SRC, COPY_DST

/**
 * Calls that wait for others of the same program, so that few dispatches take all of them. They run when an output's buffer is asked
 * for, whoever asks: until then an output has none. All outputs of a batch are parts of one buffer, which is given back with the last of them.
 */
export class Batches {
  readonly #commands: Commands;
  readonly #pool: BufferPool;
  /** Bytes that the offset of a binding has to be a multiple of */
  readonly #alignment: number;
  readonly #dataOf: (tensor: TensorInfo) => TensorData;
  readonly #waiting = new Map<BatchProgram, Batch>();

  constructor(
    commands: Commands,
    pool: BufferPool,
    { alignment, dataOf }: { alignment: number; dataOf(tensor: TensorInfo): TensorData },
  ) {
    this.#commands = commands;
    this.#pool = pool;
    this.#alignment = alignment;
    this.#dataOf = dataOf;
  }

  /**
   * Has a call wait.
   *
   * @param outputs of tensors that have neither values nor buffer
   * @throws {OutOfMemoryError} where there is no room for the outputs; nothing has changed then
   */
  add(program: BatchProgram, { inputs, outputs, params }: BatchedCall): void {
    const slices = Object.entries(inputs).map(
      ([name, tensor]) => [name, this.#commands.slice(tensor)] as const,
    );
    const made = Object.entries(outputs).map(([name, tensor]) => {
      const bytes = 4 * util.sizeFromShape(tensor.shape);
      return { name, data: this.#dataOf(tensor), bytes };
    });
    const bytes = made.reduce((sum, output) => sum + this.#aligned(output.bytes), 0);
    this.#pool.reserve(bytes);
    for (const [, { buffer }] of slices) this.#pool.shareBuffer(buffer);
    const batch = this.#waiting.get(program) ?? { program, calls: [], bytes: 0 };
    this.#waiting.set(program, batch);
    batch.calls.push({ inputs: slices, outputs: made, params, size: made[0]!.bytes / 4 });
    batch.bytes += bytes;
    for (const { data } of made) {
      const resourceOnceRun = () => {
        this.#run(batch);
        return data.resource;
      };
      Object.defineProperty(data, 'resource', { get: resourceOnceRun, configurable: true, enumerable: true });
    }
    if (batch.bytes > MOST_BYTES) this.#run(batch);
  }

  /** Records all that waits. */
  flush(): void {
    for (const batch of this.#waiting.values()) this.#run(batch);
  }

  #run(batch: Batch): void {
    const { program, calls, bytes } = batch;
    this.#waiting.delete(program);
    const to = this.#pool.acquireReserved(bytes, STORAGE_USAGE);
    let offset = 0;
    for (const { data, bytes: size } of calls.flatMap(({ outputs }) => outputs)) {
      data.place = { offset, size };
      Object.defineProperty(data, 'resource', { value: to, writable: true });
      if (offset > 0) this.#pool.shareBuffer(to);
      offset += this.#aligned(size);
    }
    this.#pool.shareBuffer(to);
    for (const group of groupsOf(calls, program.buffers)) this.#dispatch(program, group, to);
    for (const [, { buffer }] of calls.flatMap(({ inputs }) => inputs))
      this.#commands.releaseAfterwards(buffer);
    this.#commands.releaseAfterwards(to);
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
        ...Object.fromEntries(call.outputs.map(({ name, data }) => [placeOf(name), data.place!.offset / 4])),
        ...call.params,
      };
      first += workgroupsOfCall(call.size);
      return own;
    });
    // Bindings that no call needs have to be there: the first buffer's.
    const bound = Array.from({ length: buffers }, (_, i) => [bufferName(i), from[i] ?? from[0]!] as const);
    this.#commands.run(program, {
      buffers: { ...Object.fromEntries(bound), to },
      params,
      workgroups: [first],
    });
  }

  #aligned(bytes: number): number {
    return this.#alignment * Math.ceil(bytes / this.#alignment);
  }
}

/** Calls of one dispatch, and the buffers that their inputs lie in */
interface Group {
  readonly calls: WaitingCall[];
  readonly from: GPUBuffer[];
}

/** Calls by as many as a dispatch can take and bind the buffers of. */
function groupsOf(calls: readonly WaitingCall[], buffers: number): Group[] {
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
