import { add, clone, dispose, keep, mul, type Tensor, tidy, Variable, variable } from '@tensorflow/tfjs-core';
import { checkExactShape, checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { dependsOn, liveScalar } from '@unroll/backend/operations';
import { type AverageStateDict, type LoadedAverageStateDict, readAverages } from './average-state-dict.ts';
import { countUpdate } from './count-update.ts';
import { withoutJsonOfTensors } from './without-json-of-tensors.ts';

export interface ExponentialMovingAverageOptions {
  /** How much of the average stays at each update, in [0, 1). Default 0.999. */
  decay?: number | undefined;
}

const averageKinds = { decay: kind.inside('[0, 1)') };

/** A module or a list of variables. A list's variables are named by their indices. */
export type Averaged =
  | {
      namedParameters(): Iterable<readonly [name: string, parameter: Variable]>;
      /** Parameters and buffers under all of their keys; a saved state may have these keys */
      stateDict?(): Readonly<Record<string, unknown>>;
    }
  | readonly Variable[];

const averagedKind: kind.Kind = kind.required({
  expected: 'a module, or an array of tf.Variables',
  fits: (value) =>
    Array.isArray(value)
      ? value.every((one) => one instanceof Variable)
      : typeof (value as { namedParameters?: unknown } | null)?.namedParameters === 'function',
});

/**
 * An exponential moving average of parameters, as `torch.optim.swa_utils.AveragedModel` with
 * `get_ema_multi_avg_fn(decay)`: the first update copies them, and each later update sets each average to
 * `decay · average + (1 − decay) · parameter`. Buffers are not averaged.
 *
 * @example
 * const average = new ExponentialMovingAverage(model, { decay: 0.99 });
 * await trainingStep(optimizer, loss);
 * average.update();
 * const accuracy = await average.inPlace(() => evaluate(model));
 *
 * @see https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
 */
export class ExponentialMovingAverage {
  readonly #model: Averaged;
  readonly #parameters: ReadonlyMap<string, Variable>;
  readonly #averages: Map<string, Variable> = new Map();
  readonly #decay: number;
  #updates = 0;
  #isSwapped = false;

  /** @throws where `decay` is not in [0, 1), or the first argument has no parameters */
  constructor(model: Averaged, options: ExponentialMovingAverageOptions = {}) {
    checkValue('ExponentialMovingAverage', 'model', model, averagedKind);
    const { decay = 0.999 } = checkOptions('ExponentialMovingAverage', options, averageKinds);
    this.#decay = decay;
    this.#model = model;
    this.#parameters = namedParametersOf(model);
  }

  /** Updates so far */
  get updates(): number {
    return this.#updates;
  }

  /**
   * Takes the parameters in as they are now; call it after each of the optimizer's steps.
   *
   * @throws while the averages are in the parameters' place
   */
  update(): void {
    if (this.#isSwapped) throw inPlaceError('update');
    const next = tidy(() => this.#next());
    const isFirst = this.#averages.size === 0;
    for (const [i, name] of [...this.#parameters.keys()].entries()) this.#assign(name, next[i]!);
    dispose(next);
    // This follows the updates, because the first update makes the averages. The second step is then captured with
    // them.
    dependsOn(() => [...this.#averages.keys()]);
    const count = (): (() => void) => {
      this.#updates++;
      return () => {
        this.#updates--;
      };
    };
    // The first update makes the averages, so they have no earlier value. They are disposed where a parameter is
    // rolled back.
    if (isFirst) countUpdate(this.#parameters.values(), count, () => this.#disposeAverages());
    else countUpdate(this.#averages.values(), count, () => {});
  }

  #next(): Tensor[] {
    // A backend captures a step that uploads the same data as the step before. `mul(average, 0.99)` would upload a
    // number that the first update does not upload. A live scalar uploads nothing.
    const [kept, taken] = [this.#decay, 1 - this.#decay].map((factor) => liveScalar(() => factor));
    return [...this.#parameters].map(([name, parameter]) => {
      const average = this.#averages.get(name);
      if (!average || parameter.dtype !== 'float32') return parameter.clone();
      return add(mul(average, kept!), mul(parameter, taken!));
    });
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
   * @throws where the averages are in place already
   */
  swapIn(): () => void {
    if (this.#updates === 0) return () => {};
    if (this.#isSwapped) throw inPlaceError('swapIn');
    const live = [...this.#parameters.values()].map(
      (parameter) => [parameter, keep(clone<Tensor>(parameter))] as const,
    );
    this.takePlace();
    this.#isSwapped = true;
    return () => {
      for (const [parameter, value] of live.splice(0)) {
        parameter.assign(value);
        value.dispose();
        this.#isSwapped = false;
      }
    };
  }

  /**
   * Calls `f` while the averages are in the parameters' place, if there was an update. It then puts the parameters
   * back, also where `f` throws. If `f` is asynchronous, it waits for its end; do not train until then.
   */
  inPlace<T>(f: () => T): T {
    const swapBack = this.swapIn();
    let isAwaited = false;
    try {
      const result = f();
      if (!isPromise(result)) return result;
      isAwaited = true;
      return Promise.resolve(result).finally(swapBack) as T;
    } finally {
      if (!isAwaited) swapBack();
    }
  }

  /** Gives the parameters the averages for good, if there was an update. */
  takePlace(): void {
    for (const [name, average] of this.#averages) this.#parameters.get(name)!.assign(average);
  }

  /**
   * Gives the averages to the parameters of another model with the same keys, if there was an update.
   *
   * @throws where the model lacks a parameter or has one of another shape; nothing is assigned then
   */
  copyTo(model: Averaged): void {
    const owner = 'ExponentialMovingAverage.copyTo';
    checkValue(owner, 'model', model, averagedKind);
    const others = namedParametersOf(model);
    for (const [name, { shape }] of this.#parameters) {
      const other = others.get(name);
      if (!other) throw new ArgumentError(owner, 'model', `has no parameter '${name}'`);
      checkExactShape(owner, `the model's '${name}'`, other, shape);
    }
    for (const [name, average] of this.#averages) others.get(name)!.assign(average);
  }

  /** The live averages under the parameters' keys; empty before the first update. */
  averages(): ReadonlyMap<string, Variable> {
    return this.#averages;
  }

  /** The live averages, not copies. `JSON.stringify` of them throws while there are tensors. */
  stateDict(): AverageStateDict {
    const averages = [...this.#averages].map(([name, average]) => [`module.${name}`, average]);
    const state = { n_averaged: this.#updates, ...Object.fromEntries(averages) };
    return withoutJsonOfTensors(state, () => Object.entries(state));
  }

  /**
   * Loads averages that this class or PyTorch saved. PyTorch's `n_averaged` is a tensor. The model's buffers, which
   * PyTorch saves beside the averages, are ignored.
   *
   * @throws CheckpointError where a parameter has no average or one of another shape, or the model does not have a
   *   key; nothing is loaded then
   */
  loadStateDict(stateDict: LoadedAverageStateDict): void {
    const owner = 'ExponentialMovingAverage.loadStateDict';
    const saved = 'namedParameters' in this.#model ? this.#model.stateDict?.() : undefined;
    const others = Object.keys(saved ?? {});
    const { updates, averages } = readAverages(owner, stateDict, this.#parameters, others);
    if (updates === 0) this.#disposeAverages();
    tidy(() => {
      for (const [name, make] of averages) this.#assign(name, make());
    });
    this.#updates = updates;
  }

  /** Frees the averages. The next update starts again from the parameters. */
  dispose(): void {
    this.#disposeAverages();
    this.#updates = 0;
  }

  /** `using average = new …` disposes it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #disposeAverages(): void {
    dispose([...this.#averages.values()]);
    this.#averages.clear();
  }
}

const namedParametersOf = (model: Averaged): ReadonlyMap<string, Variable> =>
  new Map(
    'namedParameters' in model
      ? model.namedParameters()
      : model.map((parameter, i) => [String(i), parameter] as const),
  );

const isPromise = (value: unknown): boolean =>
  typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';

const inPlaceError = (method: string): Error =>
  new Error(`ExponentialMovingAverage.${method}: the averages are in place already; swap back first`);
