import { Tensor } from '@tensorflow/tfjs-core';

/**
 * Has `JSON.stringify` name a tensor that it would lose.
 *
 * @param values the values of the state by what an error calls them: `state 0.exp_avg`
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
