import { type Rank, tidy, type Variable, variable, zeros } from '@tensorflow/tfjs-core';
import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { StateSizes, States } from '@unroll/seq2seq';

/** The states that the rows of a batch leave for the next one. */
export class CarriedStates {
  /** `[layers, rows, features]` each */
  readonly variables: readonly Variable<Rank.R3>[];
  readonly rows: number;

  constructor({ layers, features }: StateSizes, rows: number) {
    this.rows = rows;
    this.variables = features.map((size) => tidy(() => variable(zeros<Rank.R3>([layers, rows, size]))));
  }

  /** Throws unless a batch has as many rows, without ends. */
  check(operation: string, rows: number, lengths: readonly number[] | undefined): void {
    this.#checkAlive(operation);
    if (rows !== this.rows) {
      throw new ArgumentError(operation, 'tokens', `has ${rows} rows; carriedRows is ${this.rows}`);
    }
    if (!lengths) return;
    const fault = 'is given; rows whose states are carried to the next call do not end';
    throw new ArgumentError(operation, 'lengths', fault);
  }

  /** The states as they are now, whatever is assigned to them later. */
  now(): States {
    return this.variables.map((state) => state.clone());
  }

  assign(states: States): void {
    for (const [i, state] of this.variables.entries()) state.assign(states[i]!);
  }

  reset(): void {
    this.#checkAlive('LanguageModel.resetState');
    for (const state of this.variables) tidy(() => state.assign(zeros(state.shape)));
  }

  /** Throws where the variables have been disposed of. */
  #checkAlive(operation: string): void {
    for (const [i, state] of this.variables.entries())
      checkValue(operation, `carried_${i}`, state, kind.variable);
  }
}
