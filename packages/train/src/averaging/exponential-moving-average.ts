import {
  add,
  clone,
  dispose,
  keep,
  mul,
  type Tensor,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { checkExactShape, checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Module } from '@unroll/nn';
import { moduleKind } from '../evaluate.ts';

export interface ExponentialMovingAverageOptions {
  /** How much of the average stays at each update. Default 0.999. */
  decay?: number | undefined;
}

export const averageKinds = { decay: kind.inside('[0, 1)') };

/**
 * An exponential moving average of a model's parameters, as `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn(decay)`:
 * the first update copies them, each further one makes `decay · average + (1 − decay) · parameter` of each. Buffers are not averaged.
 */
export class ExponentialMovingAverage {
  readonly #parameters: ReadonlyMap<string, Variable>;
  readonly #averages: Map<string, Variable> = new Map();
  readonly #decay: number;
  #updates = 0;
  #isSwapped = false;

  constructor(model: Module, options: ExponentialMovingAverageOptions = {}) {
    checkValue('ExponentialMovingAverage', 'model', model, moduleKind);
    const { decay = 0.999 } = checkOptions('ExponentialMovingAverage', options, averageKinds);
    this.#decay = decay;
    this.#parameters = new Map(model.namedParameters());
  }

  /** Updates so far */
  get updates(): number {
    return this.#updates;
  }

  /** Takes the parameters in as they are now; call it after each of the optimizer's steps. */
  update(): void {
    const next = tidy(() => [...this.#parameters].map(([name, parameter]) => this.#next(name, parameter)));
    for (const [i, name] of [...this.#parameters.keys()].entries()) this.#assign(name, next[i]!);
    dispose(next);
    this.#updates++;
  }

  #next(name: string, parameter: Variable): Tensor {
    const average = this.#averages.get(name);
    if (!average || parameter.dtype !== 'float32') return parameter.clone();
    return add(mul(average, this.#decay), mul(parameter, 1 - this.#decay));
  }

  #assign(name: string, value: Tensor): void {
    const average = this.#averages.get(name);
    if (average) average.assign(value);
    else this.#averages.set(name, variable(value, false));
  }

  /**
   * Puts the averages in the parameters' place, if there was an update.
   *
   * @returns a function that puts the parameters back
   */
  swapIn(): () => void {
    if (this.#updates === 0) return () => {};
    if (this.#isSwapped)
      throw new Error('ExponentialMovingAverage.swapIn: the averages are in place already; swap back first');
    this.#isSwapped = true;
    const live = [...this.#parameters].map(([name, parameter]) => {
      const value = keep(clone<Tensor>(parameter));
      parameter.assign(this.#averages.get(name)!);
      return [parameter, value] as const;
    });
    return () => {
      for (const [parameter, value] of live.splice(0)) {
        parameter.assign(value);
        value.dispose();
        this.#isSwapped = false;
      }
    };
  }

  /** Calls `f`, which is synchronous, while the averages are in the parameters' place, if there was an update. */
  inPlace<T>(f: () => T): T {
    const swapBack = this.swapIn();
    try {
      return f();
    } finally {
      swapBack();
    }
  }

  /** Gives the parameters the averages for good, if there was an update. */
  takePlace(): void {
    for (const [name, average] of this.#averages) this.#parameters.get(name)!.assign(average);
  }

  /** The averages by the parameters' keys, live; none before the first update. */
  averages(): ReadonlyMap<string, Variable> {
    return this.#averages;
  }

  /**
   * Takes over saved averages, by key; `updates` says how many they are of.
   *
   * @throws where there is none of a parameter, or one of another shape; nothing is taken over then
   */
  load(averages: ReadonlyMap<string, Tensor>, updates: number): void {
    const owner = 'ExponentialMovingAverage.load';
    checkValue(owner, 'updates', updates, kind.required(kind.whole(1)));
    for (const [name, { shape }] of this.#parameters) {
      const saved = averages.get(name);
      if (!saved) throw new ArgumentError(owner, 'averages', `has none of the parameter '${name}'`);
      checkExactShape(owner, `averages of '${name}'`, saved, shape);
    }
    for (const name of this.#parameters.keys()) this.#assign(name, averages.get(name)!);
    this.#updates = updates;
  }

  dispose(): void {
    dispose([...this.#averages.values()]);
    this.#averages.clear();
    this.#updates = 0;
  }
}
