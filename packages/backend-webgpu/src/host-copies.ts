import type { backend_util, DataId, KernelBackend, Variable } from '@tensorflow/tfjs-core';
import { homeOf, liveVariables } from '@unroll/backend/engine';
import { DEFAULTS } from './options.ts';
import type { TensorMemory } from './tensor-memory.ts';
import type { ValueChecks } from './value-checks.ts';

type Values = backend_util.BackendValues;

interface HostCopy {
  readonly values: Values;
  /** The variable's data then */
  readonly dataId: DataId;
}

/**
 * Copies of all variables' values on the host, from where training can go on when the device is lost. A copy is made of all variables
 * between two training steps, or of none: after every so many steps, and where a variable is new or was given values by the program.
 */
export class HostCopies {
  readonly #backend: KernelBackend;
  readonly #memory: TensorMemory;
  readonly #checks: ValueChecks;
  readonly #every: number;
  readonly #copies = new WeakMap<Variable, HostCopy>();
  /** Training steps so far, the one under way not counted */
  #step = 0;
  #isUpdating = false;
  #underWay = false;
  #count = 0;
  #lastStep: number | undefined;

  /** @param every training steps between two copies; 0: none is made */
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

  /** Copies made so far */
  get count(): number {
    return this.#count;
  }

  /** What there is of the variables where the device is lost */
  get inWords(): string {
    return this.#lastStep === undefined
      ? 'There is no copy of what was on it on the host.'
      : `useBackend, called again, goes on from the values that variables had after ${this.#lastStep} of the ${this.#step} training steps since it was loaded.`;
  }

  /** To be told of each kernel before it runs, with whether it ends a training step. */
  beforeKernel(endsStep: boolean): void {
    if (endsStep && !this.#isUpdating) {
      // A copy that the GPU has not delivered by the next step: the one after it will do.
      if (this.#every > 0 && !this.#underWay) this.#copyWhereDue();
      this.#step++;
    }
    this.#isUpdating = endsStep;
  }

  /** A live variable's values, by its data: those that are on the host, else its copy. */
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
      // The device is lost, has no room, or a check has failed: the copies before stand.
    } finally {
      this.#underWay = false;
    }
  }
}
