import {
  concat,
  expandDims,
  slice,
  type Tensor2D,
  type Tensor3D,
  tanh,
  unstack,
} from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Linear, Module, ModuleList } from '@unroll/nn';
import { hasStates } from '../module-kinds.ts';
import type { StateSizes, States } from '../sequence-layer.ts';

/** Makes a decoder's initial states from an encoder's last states. */
export interface Bridge extends Module {
  /** @returns the decoder's states, or undefined when it begins with zeros */
  forward(states: States): States | undefined;
}

/** A module whose states have known shapes: an encoder or a decoder. */
export interface HasStates {
  readonly stateSizes: StateSizes;
}

export interface BridgeOptions {
  /** The bridge reads the encoder's last states */
  encoder: HasStates;
  /** The bridge makes the decoder's initial states */
  decoder: HasStates;
}

const withStates = kind.required({
  expected: 'an encoder or a decoder',
  fits: hasStates,
});
const kinds = { encoder: withStates, decoder: withStates };

/** Hands the states on unchanged. Their shapes must be those of the decoder. */
export class IdentityBridge extends Module implements Bridge {
  /** @throws when the shapes of the states differ */
  constructor(options: BridgeOptions) {
    super();
    const { encoder, decoder } = checkOptions('IdentityBridge', options, kinds);
    const [from, to] = [inWords(encoder.stateSizes), inWords(decoder.stateSizes)];
    if (from !== to) {
      const fault = `is the identity, but the encoder's states are ${from}, the decoder's ${to}; a 'dense' bridge makes the one of the other, 'zero' begins with zeros`;
      throw new ArgumentError('Seq2Seq', 'bridge', fault);
    }
  }

  forward(states: States): States {
    return tidyResult(() => states.map((state) => state.clone()));
  }
}

/** Lets the decoder begin with zeros, for example when it knows the source by attention alone. */
export class ZeroBridge extends Module implements Bridge {
  forward(): undefined {
    return undefined;
  }
}

/**
 * Computes the initial states of each decoder layer as `tanh(W·[states of a layer] + b)`: the hidden state and, for an
 * LSTM, the cell state. Its input is all states of the encoder layer at the same height: both directions' hidden
 * states, then the cell states. Sizes, numbers of layers, directions and kinds of cells may therefore differ. When the
 * decoder has more layers, its extra upper layers read the encoder's last layer. When it has fewer, its layers read the
 * encoder's upper layers. Bahdanau et al. (2015) begin their decoder in this way. State dict keys: `layers.0.weight`,
 * `layers.0.bias`, …
 */
export class DenseBridge extends Module implements Bridge {
  readonly layers: ModuleList<Linear>;
  readonly #from: StateSizes;
  readonly #to: StateSizes;

  constructor(options: BridgeOptions) {
    super();
    const { encoder, decoder } = checkOptions('DenseBridge', options, kinds);
    this.#from = encoder.stateSizes;
    this.#to = decoder.stateSizes;
    checkValue('DenseBridge', 'decoder', decoder, {
      expected: 'a decoder that reads in one direction',
      fits: () => this.#to.directions === 1,
    });
    const inFeatures = this.#from.directions * total(this.#from.features);
    const outFeatures = total(this.#to.features);
    this.layers = new ModuleList(
      Array.from({ length: this.#to.layers }, () => new Linear({ inFeatures, outFeatures })),
    );
  }

  forward(states: States): States {
    return tidyResult(() => {
      const { layers, directions } = this.#from;
      const heights = layers / directions;
      const byLayer = states.map((state) => unstack(state) as Tensor2D[]);
      const made = [...this.layers].map((linear, layer) => {
        const height = Math.min(layer + Math.max(heights - this.#to.layers, 0), heights - 1);
        const inputs = byLayer.flatMap((rows) => rows.slice(height * directions, (height + 1) * directions));
        return tanh(linear.forward(inputs.length === 1 ? inputs[0]! : concat(inputs, 1))) as Tensor2D; // [N, Σ features]
      });
      const [rows] = made[0]!.shape;
      let begin = 0;
      return this.#to.features.map((features): Tensor3D => {
        const parts = made.map(
          (layer) => expandDims(slice(layer, [0, begin], [rows, features]), 0) as Tensor3D,
        );
        begin += features;
        return parts.length === 1 ? parts[0]! : concat(parts, 0);
      });
    });
  }
}

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

const inWords = ({ layers, features }: StateSizes): string =>
  features.map((size) => `[${layers}, N, ${size}]`).join(' and ');
