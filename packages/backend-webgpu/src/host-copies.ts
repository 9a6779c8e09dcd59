import type { backend_util, DataId, KernelBackend, Variable } from '@tensorflow/tfjs-core';
import { homeOf, liveVariables } from '@unroll/backend/engine';

type Values = backend_util.BackendValues;

interface HostCopy {
  readonly values: Values;
  /** Training steps after which the variable had these values */
  readonly step: number;
}

/** What a backend does for copies */
export interface CopiedBackend extends KernelBackend {
  /** Values that are on the host already */
  valuesOnHost(dataId: DataId): Values | undefined;
  /** Reads data in one go, once all that is recorded so far has run. */
  downloadAll(dataIds: readonly DataId[]): Promise<Values[]>;
}

/**
 * Copies of all variables' values on the host, from where training can go on when the device is lost. A copy is made of all variables
 * between two training steps, or of none.
 */
export class HostCopies {
  readonly #backend: CopiedBackend;
  readonly #every: number;
  readonly #copies = new WeakMap<Variable, HostCopy>();
  /** Training steps so far, the one under way not counted */
  #step = 0;
  #isUpdating = false;
  #underWay = false;
  #count = 0;
  #lastStep: number | undefined;

  /** @param every training steps between two copies; 0: none is made */
  constructor(backend: CopiedBackend, every: number) {
    this.#backend = backend;
    this.#every = every;
  }

  /** Copies made so far */
  get count(): number {
    return this.#count;
  }

  /** The step of the last copy; undefined where there is none */
  get lastStep(): number | undefined {
    return this.#lastStep;
  }

  /** Training steps so far */
  get steps(): number {
    return this.#step;
  }

  /** To be told of each kernel before it runs, with whether it ends a training step. */
  beforeKernel(endsStep: boolean): void {
    if (endsStep && !this.#isUpdating) {
      if (this.#every > 0 && this.#step % this.#every === 0) void this.#copyAll(this.#step);
      this.#step++;
    }
    this.#isUpdating = endsStep;
  }

  /** A live variable's copy, by its data; or what was uploaded, where it has not changed since. */
  valuesOf(dataId: DataId): Values | undefined {
    const variable = liveVariables().find((live) => live.dataId === dataId);
    if (!variable) return undefined;
    return this.#copies.get(variable)?.values ?? this.#backend.valuesOnHost(dataId);
  }

  async #copyAll(step: number): Promise<void> {
    // A copy that the GPU has not delivered after so many steps: the next one will do.
    if (this.#underWay) return;
    this.#underWay = true;
    try {
      const variables = liveVariables().filter(
        ({ dataId, dtype }) =>
          homeOf(dataId) === this.#backend && dtype !== 'string' && dtype !== 'complex64',
      );
      const known = variables.map(
        ({ dataId }) => this.#backend.valuesOnHost(dataId)?.slice() as Values | undefined,
      );
      const missing = variables.filter((_, i) => known[i] === undefined);
      const read =
        missing.length > 0 ? await this.#backend.downloadAll(missing.map(({ dataId }) => dataId)) : [];
      const values = new Map(missing.map((variable, i) => [variable, read[i]!]));
      variables.forEach((variable, i) => {
        this.#copies.set(variable, { values: known[i] ?? values.get(variable)!, step });
      });
      this.#count++;
      this.#lastStep = step;
    } catch {
      // The device is lost, or has no room: the copies before stand.
    } finally {
      this.#underWay = false;
    }
  }
}
