import { expect, it } from 'vitest';
import { cepstra } from './cepstra.ts';
import { nearestTemplate } from './nearest-template.ts';

const frames = (...values: number[]) => values.map((value) => new Float32Array([value, 1]));

it('recognizes a sequence that is spoken more slowly or more quickly', () => {
  const classify = nearestTemplate([
    { frames: frames(0, 0, 1, 1, 2, 2, 3, 3), label: 0 },
    { frames: frames(3, 3, 2, 2, 1, 1, 0, 0), label: 1 },
    { frames: frames(0, 0, 0, 3, 3, 0, 0, 0), label: 2 },
  ]);
  expect(classify(frames(0, 1, 2, 3))).toBe(0);
  expect(classify(frames(3, 3, 3, 2, 1, 0, 0, 0, 0))).toBe(1);
  expect(classify(frames(0, 0, 0, 0, 3, 3, 3, 0, 0, 0))).toBe(2);
});

it('has cepstra that do not depend on loudness or on a filter', () => {
  const sounds = [
    [1, 2, 5, 3],
    [2, 2, 1, 0],
    [4, 1, 1, 3],
  ];
  const filter = [0.5, -1, 2, 7];
  const plain = cepstra(
    sounds.map((frame) => Float32Array.from(frame)),
    3,
  );
  const louder = sounds.map((frame, t) => Float32Array.from(frame, (value, m) => value + filter[m]! + t));
  for (const [t, frame] of cepstra(louder, 3).entries())
    for (const [k, value] of frame.entries()) expect(value).toBeCloseTo(plain[t]![k]!, 5);
  expect(Math.max(...plain.flatMap((frame) => [...frame]))).toBeGreaterThan(1);
});
