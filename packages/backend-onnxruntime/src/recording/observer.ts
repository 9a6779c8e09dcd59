import { digest } from './digest.ts';
import type { Value } from './recorded.ts';
import { described } from './recorded-op.ts';

/** What is seen of a function while compile rehearses or captures it. */
export class Observation {
  /** What it uploaded, or got without a run */
  readonly constants = new Set<Value>();
  /** The numbers that it uploaded, in short */
  readonly digests: string[] = [];
  #refusedRead: Error | undefined;

  noteUpload(value: Value): void {
    this.constants.add(value);
    this.digests.push(digest(value));
  }

  /** What is read while a function is captured would stay as it is in every replay. */
  refuseRead({ source }: Value): Error {
    const read = source ? `the result of ${described(source)}` : 'a tensor';
    this.#refusedRead = new Error(
      `compile: the function reads ${read} while it is captured, and replays would not read it again; return the tensor ` +
        'and read it outside',
    );
    return this.#refusedRead;
  }

  /** Throws where a read was refused, though the function may have caught the error or not awaited it. */
  throwRefusedRead(): void {
    if (this.#refusedRead) throw this.#refusedRead;
  }
}

/** Knows the observation that is under way, if one is. */
export class Observer {
  #current: Observation | undefined;

  get current(): Observation | undefined {
    return this.#current;
  }

  /** Observes what happens while `f` runs. */
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
