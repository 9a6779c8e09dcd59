import { complex, type KernelBackend, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { messageOf } from '../checks/message-of.ts';
import { homeOf, readData, readDataNow, setHome, typeOf, type Values } from '../engine/tensor-data.ts';
import { liveVariables } from '../engine/variables.ts';

type DataId = Variable['dataId'];

export interface Move {
  /** Where variables move to */
  readonly target: KernelBackend;
  /** Makes the target the current backend, before it returns. */
  activate(): void;
  /** Resolves when no run of the current backend is under way, ahead of those who wait for its results. */
  idle(): Promise<void>;
}

/**
 * Moves every live variable as one transaction. It reads their data while the program goes on, and reads again what has changed
 * since. Once all data is there, it moves the data and changes the backend in one go. Data is moved, not copied: a clone or a second
 * variable that shares it comes along, and no tensor is made.
 *
 * @throws (rejects) where a variable cannot be read, or the target has no room; nothing has moved then
 */
export async function moveVariables({ target, activate, idle }: Move): Promise<void> {
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
  for (;;) {
    await readAll(target, read);
    if (moved()) return;
    // The program has assigned more. A loop that trains without a pause is ahead of every read. Between two of its runs all
    // values are there, and it can be caught up with.
    await idle();
    if (moved()) return;
  }
}

/** What live variables hold that lies on other backends, and which variables do. */
function heldElsewhere(target: KernelBackend): Map<DataId, Variable[]> {
  const held = Map.groupBy(liveVariables(), ({ dataId }) => dataId);
  for (const dataId of held.keys()) if (homeOf(dataId) === target) held.delete(dataId);
  return held;
}

/** Reads what has not been read. Where a read fails of data that no variable holds any more, nothing is lost. */
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

/** Undefined where the data is not there yet, or its backend can only be read asynchronously. */
function readAtOnce(dataId: DataId): Values | undefined {
  try {
    return readDataNow(dataId);
  } catch {
    return undefined;
  }
}

/** Puts data on the target and makes it the current backend; nothing has changed where one does not fit. */
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

/** Backends can take in complex numbers only as a pair of tensors. */
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
