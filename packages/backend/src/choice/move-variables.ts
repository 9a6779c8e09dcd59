import { complex, type KernelBackend, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { messageOf } from '../checks/message-of.ts';
import { homeOf, readData, readDataNow, setHome, typeOf, type Values } from '../engine/tensor-data.ts';
import { liveVariables } from '../engine/variables.ts';

type DataId = Variable['dataId'];

export interface Move {
  /** The backend to which the variables move */
  readonly target: KernelBackend;
  /** Makes other live tensors readable for the target; it takes each when an operation first uses it. */
  handOver(): Promise<void>;
  /** Makes the target the current backend, synchronously. */
  activate(): void;
  /** Resolves when the current backend has no run under way, before code that waits for the run's results continues. */
  idle(): Promise<void>;
}

/**
 * Moves every live variable in one transaction. It reads their data while the program continues, and reads changed data
 * again. Once it has all data, it moves the data and changes the backend in one synchronous step. Data is moved, not
 * copied: a clone or a second variable that shares the data moves with it, and no tensor is created.
 *
 * @throws (rejects) if a variable cannot be read or does not fit into the target's memory; nothing has moved then
 */
export async function moveVariables({ target, handOver, activate, idle }: Move): Promise<void> {
  const read = new Map<DataId, Values>();
  const moved = (): boolean => {
    const held = heldElsewhere(target);
    for (const dataId of read.keys()) if (!held.has(dataId)) read.delete(dataId);
    for (const dataId of held.keys()) {
      const values = read.get(dataId) ?? readAtOnce(dataId);
      if (!values) return false;
      read.set(dataId, values);
    }
    place(read, held, target, activate);
    return true;
  };
  await readAll(target, read);
  await handOver();
  for (;;) {
    await readAll(target, read);
    if (moved()) return;
    // The program has assigned variables since the read. A loop that trains without a pause always stays ahead of the
    // reads. But between two of its runs all values are available, so they can be read then.
    await idle();
    if (moved()) return;
  }
}

/** The variables' data that lies on other backends, each with the variables that share it. */
function heldElsewhere(target: KernelBackend): Map<DataId, Variable[]> {
  const held = Map.groupBy(liveVariables(), ({ dataId }) => dataId);
  for (const dataId of held.keys()) if (homeOf(dataId) === target) held.delete(dataId);
  return held;
}

/** Reads the data that has not been read yet. A failed read is harmless if no variable holds the data any more. */
async function readAll(target: KernelBackend, read: Map<DataId, Values>): Promise<void> {
  const missing = [...heldElsewhere(target)].filter(([dataId]) => !read.has(dataId));
  await Promise.all(
    missing.map(async ([dataId, [variable]]) => {
      try {
        read.set(dataId, await readData(dataId));
      } catch (error) {
        if (!heldElsewhere(target).has(dataId)) return;
        throw new Error(`variable ${variable!.name} cannot be read: ${messageOf(error)}`);
      }
    }),
  );
}

/** Undefined if the data is not ready yet, or if its backend can only be read asynchronously. */
function readAtOnce(dataId: DataId): Values | undefined {
  try {
    return readDataNow(dataId);
  } catch {
    return undefined;
  }
}

/**
 * Puts the data on the target and makes the target the current backend. If some data does not fit, nothing has changed.
 */
function place(
  read: ReadonlyMap<DataId, Values>,
  held: ReadonlyMap<DataId, readonly Variable[]>,
  target: KernelBackend,
  activate: () => void,
): void {
  const plain = [...read].filter(([dataId]) => typeOf(dataId)!.dtype !== 'complex64');
  const placed: DataId[] = [];
  try {
    for (const [dataId, values] of plain) {
      const { shape, dtype } = typeOf(dataId)!;
      target.move(dataId, values, shape, dtype, homeOf(dataId)!.refCount(dataId));
      placed.push(dataId);
    }
  } catch (error) {
    for (const dataId of placed) target.disposeData(dataId, true);
    throw error;
  }
  activate();
  for (const dataId of placed) {
    homeOf(dataId)!.disposeData(dataId, true);
    setHome(dataId, target);
  }
  for (const [dataId, values] of read) {
    if (typeOf(dataId)?.dtype === 'complex64') assignComplex(held.get(dataId)!, values as Float32Array);
  }
}

/** Backends accept complex numbers only as a pair of tensors. */
function assignComplex(variables: readonly Variable[], pairs: Float32Array): void {
  const { shape } = variables[0]!;
  const part = (offset: number) =>
    tensor(
      pairs.filter((_, i) => i % 2 === offset),
      shape,
      'float32',
    );
  tidy(() => {
    const value = complex(part(0), part(1));
    for (const variable of variables) variable.assign(value);
  });
}
