import type { Variable } from '@tensorflow/tfjs-core';
import { checkValue, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '../module.ts';
import { checkedList } from './checked-list.ts';

const parameterKind = kind.required(kind.variable);

/**
 * Parameters by number, under the keys `0`, `1`, …: `torch.nn.ParameterList`.
 *
 * @example
 * scales = new nn.ParameterList([tf.variable(tf.ones([3])), tf.variable(tf.ones([4]))]);
 * tf.mul(x, this.scales[0]!);
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
 */
export class ParameterList extends Module implements Iterable<Variable> {
  /** The parameters are fields, so that the module finds them. */
  readonly [index: number]: Variable;
  #length = 0;

  /** @throws where a parameter is not a `tf.Variable` */
  constructor(parameters: Iterable<Variable> = []) {
    super();
    this.extend(parameters);
  }

  get length(): number {
    return this.#length;
  }

  /**
   * The parameter at `index`; negative indices count from the end.
   *
   * @throws where there is none
   */
  at(index: number): Variable {
    return this[this.#place('at', index)]!;
  }

  /** Replaces the parameter at `index`, without disposing it. */
  set(index: number, parameter: Variable): this {
    checkValue('ParameterList.set', 'parameter', parameter, parameterKind);
    this.#fields[this.#place('set', index)] = parameter;
    return this;
  }

  append(parameter: Variable): this {
    return this.extend([parameter]);
  }

  /** Appends parameters, all or none. */
  extend(parameters: Iterable<Variable>): this {
    const check = (parameter: Variable) =>
      checkValue('ParameterList.append', 'parameter', parameter, parameterKind);
    for (const parameter of checkedList('ParameterList.extend', 'parameters', parameters, check)) {
      this.#fields[this.#length++] = parameter;
    }
    return this;
  }

  /** Removes a parameter and returns it, without disposing it. Default: the last one */
  pop(index = -1): Variable {
    const place = this.#place('pop', index);
    const taken = this[place]!;
    for (let i = place + 1; i < this.#length; i++) this.#fields[i - 1] = this[i]!;
    delete this.#fields[--this.#length];
    return taken;
  }

  *[Symbol.iterator](): IterableIterator<Variable> {
    for (let i = 0; i < this.#length; i++) yield this[i]!;
  }

  override extraRepr(): string {
    return Array.from(this, ({ dtype, shape }, i) => `(${i}): ${dtype} ${shapeText(shape)}`).join('\n');
  }

  forward(): never {
    throw new Error('ParameterList.forward: a list has no forward pass; use its parameters');
  }

  get #fields(): Record<number, Variable> {
    return this;
  }

  #place(method: string, index: number): number {
    const place = index < 0 ? index + this.length : index;
    if (Number.isInteger(place) && place >= 0 && place < this.#length) return place;
    throw new ArgumentError(
      `ParameterList.${method}`,
      'index',
      `is ${index}; there are ${this.length} parameters`,
    );
  }
}
