import type { Stream } from '../src/dataset/stream.ts';
import { streamOf } from '../src/dataset/stream-of.ts';

/** 0…length−1 as a stream. */
export function countStream(length: number): Stream<number> {
  return streamOf(function* () {
    for (let i = 0; i < length; i++) yield i;
  });
}

/** Everything that is left of a stream after `taken` elements and a state that went through JSON, behind what was taken. */
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
