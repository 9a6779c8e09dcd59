import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StateSizes } from '../sequence-layer.ts';
import { DenseBridge, type HasStates, IdentityBridge, ZeroBridge } from './bridge.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const states = (layers: number, directions: number, ...features: number[]): HasStates => ({
  stateSizes: { layers: layers * directions, directions, features } satisfies StateSizes,
});

describe('bridges', () => {
  it('hand on states of equal shapes, and name the remedy in the error otherwise', () => {
    tf.tidy(() => {
      const state = tf.ones<tf.Rank.R3>([2, 3, 4]);
      const bridge = new IdentityBridge({ encoder: states(2, 1, 4), decoder: states(2, 1, 4) });
      expect(bridge.forward([state])[0]!.shape).toEqual([2, 3, 4]);
      expect(() => new IdentityBridge({ encoder: states(1, 2, 4, 4), decoder: states(1, 1, 4) })).toThrow(
        "Seq2Seq: bridge is the identity, but the encoder's states are [2, N, 4] and [2, N, 4], the decoder's [1, N, 4]; a " +
          "'dense' bridge makes the one of the other, 'zero' begins with zeros",
      );
    });
  });

  it('begin with zeros when asked to', () => {
    expect(new ZeroBridge().forward()).toBeUndefined();
  });

  it.each([
    ['fewer layers', states(3, 2, 4, 4), states(2, 1, 5)],
    ['more layers', states(1, 2, 4), states(3, 1, 5, 5)],
    ['another kind of cell', states(2, 1, 4), states(2, 1, 4, 4)],
  ])('make states for %s', (_, encoder, decoder) => {
    tf.tidy(() => {
      const bridge = new DenseBridge({ encoder, decoder });
      const { layers, features } = encoder.stateSizes;
      const made = bridge.forward(features.map((size) => tf.ones<tf.Rank.R3>([layers, 3, size])));
      const expected = decoder.stateSizes.features.map((size) => [decoder.stateSizes.layers, 3, size]);
      expect(made.map(({ shape }) => shape)).toEqual(expected);
      bridge.dispose();
    });
  });

  it('read the upper layers of the encoder for a decoder with fewer layers', () => {
    tf.tidy(() => {
      const bridge = new DenseBridge({ encoder: states(3, 1, 2), decoder: states(1, 1, 2) });
      const layersOf = (...layers: number[]) =>
        tf.tensor3d(
          layers.flatMap((x) => [x, x]),
          [3, 1, 2],
        );
      const [[upper], [lower]] = [bridge.forward([layersOf(0, 0, 1)]), bridge.forward([layersOf(5, 5, 1)])];
      expect(lower!.dataSync()).toEqual(upper!.dataSync());
      bridge.dispose();
    });
  });

  it('throw for a bidirectional decoder', () => {
    expect(() => new DenseBridge({ encoder: states(1, 1, 2), decoder: states(1, 2, 2) })).toThrow(
      'expected a decoder that reads in one direction',
    );
  });
});
