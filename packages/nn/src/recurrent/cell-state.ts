import { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';

/**
 * What a cell hands from one step to the next: a tensor `[N, …]`, or tensors in a list or a plain object, as an LSTM's `[h, c]`.
 * Every call gives the same structure.
 */
export type CellState = Tensor | readonly CellState[] | { readonly [name: string]: CellState };

/** A state's tensor, and how its holder calls it: `''`, `'[1]'`, `'.memory'`. */
export interface StatePart {
  readonly path: string;
  readonly tensor: Tensor;
}

/**
 * The tensors of a state in their order: of a list by place, of an object by name.
 *
 * @throws where there is anything else in it; the message begins with `operation` and `argument`
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

/** The members of a list or a plain object, by what is written to reach each; undefined of anything else. */
function membersOf(value: unknown): [place: string, member: unknown][] | undefined {
  if (Array.isArray(value)) return value.map((member, place) => [`[${place}]`, member]);
  if (typeof value !== 'object' || value === null) return undefined;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  return byName(value).map(([name, member]) => [`.${name}`, member]);
}

const byName = <Member>(record: { readonly [name: string]: Member } | object): [string, Member][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
