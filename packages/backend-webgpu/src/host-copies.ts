import type { backend_util, DataId, KernelBackend, Variable } from '@tensorflow/tfjs-core';
import { homeOf, liveVariables } from '@unroll/backend/engine';
import { DEFAULTS } from './options.ts';
import type { TensorMemory } from './tensor-memory.ts';
import type { ValueChecks } from './value-checks.ts';

type Values = backend_util.BackendValues;

interface HostCopy {
  readonly values: Values;
  /** The variable's data at the time of the copy */
  readonly dataId: DataId;
}

/**
 * Copies of all variables' values on the host, from which training can continue if the device is lost. One copy covers
 * all variables at a point between two training steps. It is made every `every` steps, and also if a variable is new or
 * the program has assigned values to it.
 */
export class HostCopies {
  readonly #backend: KernelBackend;
  readonly #memory: TensorMemory;
  readonly #checks: ValueChecks;
  readonly #every: number;
  readonly #copies = new WeakMap<Variable, HostCopy>();
  /** Training steps so far, without the one under way */
  #step = 0;
  #isUpdating = false;
  #underWay = false;
  #count = 0;
  #lastStep: number | undefined;

  /** @param every number of training steps between two copies; 0: no copies */
  constructor(
    backend: KernelBackend,
    memory: TensorMemory,
    checks: ValueChecks,
    every: number = DEFAULTS.hostCopyEvery,
  ) {
    this.#backend = backend;
    this.#memory = memory;
    this.#checks = checks;
    this.#every = every;
  }

  /** Number of copies so far */
  get count(): number {
    return this.#count;
  }

  /** The part of an error message that says which values remain if the device is lost */
  get inWords(): string {
    return this.#lastStep === undefined
      ? 'There is no copy of what was on it on the host.'
      : `useBackend, called again, goes on from the values that variables had after ${this.#lastStep} of the ${this.#step} training steps since it was loaded.`;
  }

  /** To be called before each kernel runs, with whether the kernel ends a training step. */
  beforeKernel(endsStep: boolean): void {
    if (endsStep && !this.#isUpdating) {
      // If the GPU has not delivered the last copy yet, the next step makes the next one.
      if (this.#every > 0 && !this.#underWay) this.#copyWhereDue();
      this.#step++;
    }
    this.#isUpdating = endsStep;
  }

  /** The values of a live variable, given its data: the values on the host, otherwise its copy. */
  valuesOf(dataId: DataId): Values | undefined {
    const variable = liveVariables().find((live) => live.dataId === dataId);
    return variable && (this.#memory.valuesOnHost(dataId) ?? this.#copies.get(variable)?.values);
  }

  #copyWhereDue(): void {
    const variables = liveVariables().filter(
      ({ dataId, dtype }) => homeOf(dataId) === this.#backend && dtype !== 'string' && dtype !== 'complex64',
    );
    const isOutdated = (variable: Variable) => {
      const copy = this.#copies.get(variable);
      return !copy || (copy.dataId !== variable.dataId && this.#memory.isFromHost(variable.dataId));
    };
    if (this.#step % this.#every === 0 || variables.some(isOutdated)) void this.#copy(variables, this.#step);
  }

  async #copy(variables: readonly Variable[], step: number): Promise<void> {
    this.#underWay = true;
    try {
      const found = variables.map((variable) => ({
        variable,
        dataId: variable.dataId,
        values: this.#memory.valuesOnHost(variable.dataId)?.slice() as Values | undefined,
      }));
      const missing = found.filter(({ values }) => !values);
      const read =
        missing.length > 0 ? await this.#checks.readUnasked(missing.map(({ dataId }) => dataId)) : [];
      const downloaded = new Map(missing.map(({ variable }, i) => [variable, read[i]!]));
      for (const { variable, dataId, values } of found)
        this.#copies.set(variable, { values: values ?? downloaded.get(variable)!, dataId });
      this.#count++;
      this.#lastStep = step;
    } catch {
      // The device is lost, memory is short, or a check has failed: the earlier copies remain valid.
    } finally {
      this.#underWay = false;
    }
  }
}
