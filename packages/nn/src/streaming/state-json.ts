import { type Tensor, tensor, util } from '@tensorflow/tfjs-core';
import { kind, shapeText, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { type CellState, partsOf, withTensors } from '../recurrent/cell-state.ts';

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** A tensor as JSON. Each number keeps all its bits, as do NaN and infinities. */
export interface TensorJSON {
  readonly shape: readonly number[];
  readonly dtype: keyof typeof arrays;
  /** The elements' bytes, little-endian, in base64 */
  readonly data: string;
}

/** A state with JSON instead of tensors, in the same structure. */
export type StateJSON = TensorJSON | readonly StateJSON[] | { readonly [name: string]: StateJSON };

/**
 * A recurrent state as a plain object for `JSON.stringify`, to keep in a file or a database while its stream pauses.
 *
 * @example
 * const [y, next] = lstm.step(x, state);
 * await redis.set(user, JSON.stringify(await nn.stateToJSON(next)));
 *
 * @param state the state that `step` or `forward` returned: a tensor, or tensors in lists and plain objects. The
 *   caller still disposes it
 * @throws (rejects) where the state contains anything else
 */
export async function stateToJSON(state: CellState): Promise<StateJSON> {
  const parts = partsOf('stateToJSON', 'state', state);
  const saved = await Promise.all(parts.map(({ path, tensor }) => tensorToJSON(`state${path}`, tensor)));
  return withTensors(state, saved as unknown as Tensor[]) as StateJSON;
}

async function tensorToJSON(argument: string, value: Tensor): Promise<TensorJSON> {
  const { dtype, shape } = value;
  if (!Object.hasOwn(arrays, dtype)) {
    throw new ArgumentError(
      'stateToJSON',
      argument,
      `is of ${dtype}; expected ${listed(Object.keys(arrays))}`,
    );
  }
  const { buffer, byteOffset, byteLength } = await value.data();
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return { shape: [...shape], dtype: dtype as TensorJSON['dtype'], data: base64Of(bytes) };
}

/**
 * The state from the JSON of `stateToJSON`, on the current backend, for the caller to dispose.
 *
 * @example const state = nn.stateFromJSON<nn.LSTMState>(JSON.parse(await redis.get(user)));
 *
 * @param json of any origin: all of it is checked before a tensor is made
 * @throws where it is not a state
 */
export function stateFromJSON<State extends CellState = CellState>(json: unknown): State {
  const make = readState('json', json);
  return tidyResult(make) as State;
}

/** Checks all of the JSON, and returns a function that makes its tensors. */
function readState(argument: string, json: unknown): () => CellState {
  if (typeof json !== 'object' || json === null) {
    throw new ArgumentError('stateFromJSON', argument, `is ${shown(json)}; expected what stateToJSON gives`);
  }
  if (Array.isArray(json)) {
    const members = json.map((member, place) => readState(`${argument}[${place}]`, member));
    return () => members.map((make) => make());
  }
  if ('data' in json && typeof json.data === 'string') return readTensor(argument, json as { data: string });
  const members = Object.entries(json).map(
    ([name, member]) => [name, readState(`${argument}.${name}`, member)] as const,
  );
  return () => Object.fromEntries(members.map(([name, make]) => [name, make()]));
}

function readTensor(
  argument: string,
  json: { data: string; shape?: unknown; dtype?: unknown },
): () => Tensor {
  const fail = (words: string): never => {
    throw new ArgumentError('stateFromJSON', argument, words);
  };
  const { data, shape, dtype } = json;
  const isSize = (size: unknown): boolean => kind.whole(0).fits(size);
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    return fail(`has the shape ${shown(shape)}; expected an array of sizes`);
  }
  if (typeof dtype !== 'string' || !Object.hasOwn(arrays, dtype)) {
    return fail(`has the dtype ${shown(dtype)}; expected one of ${listed(Object.keys(arrays))}`);
  }
  const Elements = arrays[dtype as TensorJSON['dtype']];
  const bytes = bytesOf(data) ?? fail('has data that are no base64');
  const expected = util.sizeFromShape(shape as number[]) * Elements.BYTES_PER_ELEMENT;
  if (bytes.length !== expected) {
    return fail(`has ${bytes.length} bytes of data; ${shapeText(shape)} of ${dtype} is ${expected}`);
  }
  return () => tensor(new Elements(bytes.buffer), shape as number[], dtype as TensorJSON['dtype']);
}

const listed = (names: readonly string[]): string => names.join(', ');

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
