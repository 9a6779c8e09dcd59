import type { Json } from '../json.ts';
import type { Reading } from './stream.ts';

export interface ReadingParts<T> {
  next(): Promise<IteratorResult<T, undefined>>;
  state(): Json;
  /**
   * Frees the resources of the reading. It is called once: at the end, after an error, or when the reading is ended
   * early.
   */
  close?(): Promise<unknown> | unknown;
}

const DONE = { done: true, value: undefined } as const;

/** Makes a reading from its parts. It yields nothing more after it has ended, failed or been returned. */
export function reading<T>({ next, state, close }: ReadingParts<T>): Reading<T> {
  let open = true;
  const end = async () => {
    if (!open) return;
    open = false;
    await close?.();
  };
  return {
    state,
    async next() {
      if (!open) return DONE;
      try {
        const result = await next();
        if (result.done) await end();
        return result;
      } catch (error) {
        await end();
        throw error;
      }
    },
    async return() {
      await end();
      return DONE;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
