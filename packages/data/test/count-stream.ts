import type { Stream } from '../src/dataset/stream.ts';
import { streamOf } from '../src/dataset/stream-of.ts';

/** 0…length−1 as a stream. */
export function countStream(length: number): Stream<number> {
  return streamOf(function* () {
    for (let i = 0; i < length; i++) yield i;
  });
}

/**
 * The first `taken` elements of a stream, then the elements of a reading that resumed from the state, which went
 * through JSON.
 */
export async function cutAndResumed<T>(stream: Stream<T>, taken: number): Promise<T[]> {
  const elements: T[] = [];
  const reading = stream.open();
  for (let i = 0; i < taken; i++) {
    const { done, value } = await reading.next();
    if (done) break;
    elements.push(value);
  }
  const state = JSON.parse(JSON.stringify(reading.state()));
  await reading.return();
  for await (const element of stream.open(state)) elements.push(element);
  return elements;
}
