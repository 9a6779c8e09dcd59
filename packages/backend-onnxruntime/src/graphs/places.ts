import { sameShape } from '@unroll/backend/checks';
import type { Operand, Value } from '../recording/recorded.ts';

/** A value from outside the graph, in the shape in which it is fed. */
export interface GraphInput {
  readonly value: Value;
  readonly shape: readonly number[];
}

/**
 * A result of an operation of the graph: the operation's index, and the output's index among the operation's outputs.
 */
interface MadePlace {
  readonly from: 'operation';
  readonly operation: number;
  readonly output: number;
  /** Represents the place in the graph's key. */
  readonly id: string;
}

/** An input of the graph, or a result in another shape than its own, by its index in `inputs` or `views`. */
interface ListedPlace {
  readonly from: 'input' | 'view';
  readonly index: number;
  readonly id: string;
}

/** The source of an operand. */
export type OperandPlace = MadePlace | ListedPlace;

/** A result that is used inside the graph in another shape than its own. */
export interface GraphView {
  readonly of: MadePlace;
  readonly shape: readonly number[];
}

/** Finds the sources of operands. Operands are given in their order. */
export class Places {
  readonly inputs: GraphInput[] = [];
  readonly views: GraphView[] = [];
  readonly #inputsOf = new Map<Value, ListedPlace[]>();
  readonly #made = new Map<Value, MadePlace>();
  readonly #viewsOf = new Map<string, ListedPlace>();

  /** Notes that an operation of the graph makes a value. */
  make(value: Value, operation: number, output: number): void {
    this.#made.set(value, { from: 'operation', operation, output, id: `${operation}.${output}` });
  }

  of({ value, shape }: Operand): OperandPlace {
    const made = this.#made.get(value);
    if (!made) return this.#input(value, shape);
    return sameShape(shape, value.shape) ? made : this.#view(made, shape);
  }

  #view(of: MadePlace, shape: readonly number[]): ListedPlace {
    const key = `${of.id} ${shape.join()}`;
    let place = this.#viewsOf.get(key);
    if (!place) {
      const index = this.views.push({ of, shape }) - 1;
      place = { from: 'view', index, id: `v${index}` };
      this.#viewsOf.set(key, place);
    }
    return place;
  }

  #input(value: Value, shape: readonly number[]): ListedPlace {
    let known = this.#inputsOf.get(value);
    if (!known) {
      known = [];
      this.#inputsOf.set(value, known);
    }
    let place = known.find(({ index }) => sameShape(this.inputs[index]!.shape, shape));
    if (!place) {
      const index = this.inputs.push({ value, shape }) - 1;
      place = { from: 'input', index, id: `i${index}` };
      known.push(place);
    }
    return place;
  }
}
