import { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';

/**
 * The state that a cell passes from one step to the next: a tensor `[N, …]`, or tensors in a list or a plain object,
 * such as an LSTM's `[h, c]`. Every call returns the same structure.
 */
export type CellState = Tensor | readonly CellState[] | { readonly [name: string]: CellState };

/** A tensor of a state, and its path in the state: `''`, `'[1]'`, `'.memory'`. */
export interface StatePart {
  readonly path: string;
  readonly tensor: Tensor;
}

/**
 * The tensors of a state in order: those of a list by index, those of an object by name.
 *
 * @throws where the state contains anything else; the message begins with `operation` and `argument`
 */
export function partsOf(operation: string, argument: string, state: unknown, path = ''): StatePart[] {
  if (state instanceof Tensor) return [{ path, tensor: state }];
  const members = membersOf(state);
  if (!members) {
    const given = state === null ? 'null' : typeof state;
    throw new ArgumentError(
      operation,
      argument + path,
      `is ${given}; expected a tensor, or tensors in a list or a plain object`,
    );
  }
  return members.flatMap(([place, member]) => partsOf(operation, argument, member, path + place));
}

/** The same structure with other tensors, in the order of `partsOf`. */
export function withTensors<State extends CellState>(like: State, tensors: Iterable<Tensor>): State {
  const next = tensors[Symbol.iterator]();
  const rebuilt = (state: CellState): CellState => {
    if (state instanceof Tensor) return next.next().value as Tensor;
    if (Array.isArray(state)) return state.map(rebuilt);
    return Object.fromEntries(byName(state).map(([name, member]) => [name, rebuilt(member)]));
  };
  return rebuilt(like) as State;
}

/** The members of a list or a plain object, each with its path; undefined for any other value. */
function membersOf(value: unknown): [place: string, member: unknown][] | undefined {
  if (Array.isArray(value)) return value.map((member, place) => [`[${place}]`, member]);
  if (typeof value !== 'object' || value === null) return undefined;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  return byName(value).map(([name, member]) => [`.${name}`, member]);
}

const byName = <Member>(record: { readonly [name: string]: Member } | object): [string, Member][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
