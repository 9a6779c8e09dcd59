import { Tensor } from '@tensorflow/tfjs-core';

/**
 * Makes `JSON.stringify` throw an error that names a tensor whose numbers it would lose.
 *
 * @param values the values of the state, by the names that errors use: `state 0.exp_avg`
 */
export function withoutJsonOfTensors<State extends object>(
  stateDict: State,
  values: () => Iterable<readonly [name: string, value: unknown]>,
): State {
  const toJSON = () => {
    for (const [name, value] of values()) {
      if (!(value instanceof Tensor)) continue;
      throw new TypeError(
        `stateDict: ${name} is a tensor, whose numbers JSON would lose; put { data: [...(await tensor.data())], shape: tensor.shape } in its place, which loadStateDict takes`,
      );
    }
    return { ...stateDict };
  };
  return Object.defineProperty(stateDict, 'toJSON', { value: toJSON });
}
