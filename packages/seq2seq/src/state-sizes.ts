import { checkValue, kind } from '@unroll/backend/checks';
import { layerKind } from './module-kinds.ts';
import type { SequenceLayer, StateSizes } from './sequence-layer.ts';

/**
 * The shapes of a layer's states: the `stateSizes` of an encoder that ends with the layer.
 *
 * @throws where the value is no such layer
 */
export function stateSizesOf(layer: SequenceLayer): StateSizes {
  checkValue('stateSizesOf', 'layer', layer, kind.required(layerKind));
  const { numLayers, numDirections, stateSizes } = layer;
  return { layers: numLayers * numDirections, directions: numDirections, features: stateSizes };
}
