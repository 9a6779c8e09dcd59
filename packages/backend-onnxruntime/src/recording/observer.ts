import { digest } from './digest.ts';
import type { Value } from './recorded.ts';
import { described } from './recorded-op.ts';

/** The record of a function while compile rehearses or captures it. */
export class Observation {
  /** Values that the function uploaded, or got without a run */
  readonly constants = new Set<Value>();
  /** Hashes of the numbers that the function uploaded */
  readonly digests: string[] = [];
  #refusedRead: Error | undefined;

  noteUpload(value: Value): void {
    this.constants.add(value);
    this.digests.push(digest(value));
  }

  /** A value that is read while a function is captured would stay the same in every replay. */
  refuseRead({ source }: Value): Error {
    const read = source ? `the result of ${described(source)}` : 'a tensor';
    this.#refusedRead = new Error(
      `compile: the function reads ${read} while it is captured, and replays would not read it again; return the tensor ` +
        'and read it outside',
    );
    return this.#refusedRead;
  }

  /** Throws the error of a refused read, in case the function caught it or did not await it. */
  throwRefusedRead(): void {
    if (this.#refusedRead) throw this.#refusedRead;
  }
}

/** Holds the present observation, if there is one. */
export class Observer {
  #current: Observation | undefined;

  get current(): Observation | undefined {
    return this.#current;
  }

  /** Observes a function `f` while it runs. */
  observe<Result>(f: (observation: Observation) => Result): Result {
    const outer = this.#current;
    const observation = new Observation();
    this.#current = observation;
    try {
      return f(observation);
    } finally {
      this.#current = outer;
    }
  }
}
