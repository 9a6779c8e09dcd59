import { describe, expect, it } from 'vitest';
import { drawPlace } from './draw-place.ts';

const logs = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);
const plain = { temperature: 1, topP: 1 };
const ALMOST_ONE = 1 - 2 ** -32;

describe('drawPlace', () => {
  it('divides 0…1 among the places, in order', () => {
    const halves = logs(0.25, 0.5, 0.25);
    const drawn = [0, 0.24, 0.26, 0.74, 0.76, ALMOST_ONE].map((uniform) => drawPlace(halves, plain, uniform));
    expect(drawn).toEqual([0, 0, 1, 1, 2, 2]);
    expect(drawPlace(logs(0.5, 0.5), plain, 0.5)).toBe(1);
  });

  it('divides 0…1 among the places that topP keeps, the most probable first', () => {
    const drawn = [0, 0.66, 0.67, ALMOST_ONE].map((uniform) =>
      drawPlace(logs(0.25, 0.5, 0.1, 0.15), { temperature: 1, topP: 0.7 }, uniform),
    );
    expect(drawn).toEqual([1, 1, 0, 0]);
  });

  it('draws an impossible place only when all places are impossible', () => {
    const drawn = [0, 0.5, ALMOST_ONE].map((uniform) => drawPlace(logs(0, 1, 0), plain, uniform));
    expect(drawn).toEqual([1, 1, 1]);
    expect(drawPlace(logs(0, 0), { temperature: 0.5, topP: 0.9 }, 0.1)).toBe(0);
    expect(drawPlace(logs(0, 0), plain, 0.6)).toBe(1);
  });

  it('accepts log-probabilities far below 0 at any temperature', () => {
    const far = Float32Array.of(-5000, -5001);
    expect(drawPlace(far, { temperature: 1e-12, topP: 1 }, ALMOST_ONE)).toBe(0);
    expect(drawPlace(far, { temperature: 1e12, topP: 1 }, 0.75)).toBe(1);
  });
});
