import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, disposedFault, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/**
 * Gradients by the variable's name, as `tf.variableGrads` gives them, or by the variable itself. Variables that are
 * left out or have null got no gradient. The code that makes gradients also disposes them.
 */
export type Gradients = NamedTensorMap | ReadonlyMap<Variable, Tensor>;

/** What gradients have to be. */
export const gradientsKind: kind.Kind = kind.required({
  ...kind.record,
  expected: 'gradients: an object or a Map with a tensor for each variable',
});

export function gradientOf(gradients: Gradients, parameter: Variable): Tensor | undefined {
  return isMap(gradients) ? gradients.get(parameter) : (gradients[parameter.name] ?? undefined);
}

/** Throws if the parameter is disposed, or the gradient does not have its shape and dtype. */
export function checkGradient(operation: string, parameter: Variable, gradient: Tensor): void {
  if (parameter.isDisposed) throw new ArgumentError(operation, 'a parameter', disposedFault('', parameter));
  const which = `the gradient of variable ${parameter.name}`;
  checkExactShape(operation, which, gradient, parameter.shape);
  checkDtype(operation, which, gradient, 'float32');
}

/** Every gradient there is, without nulls. */
export function presentGradients(gradients: Gradients): Tensor[] {
  const all: (Tensor | null)[] = isMap(gradients) ? [...gradients.values()] : Object.values(gradients);
  return all.filter((gradient) => gradient !== null);
}

/** New gradients under the old keys. */
export function mapGradients<G extends Gradients>(gradients: G, change: (gradient: Tensor) => Tensor): G {
  // tfjs gives null for a variable without gradient, whatever the type says; it stays null.
  const changeEntry = <Key>([key, gradient]: [Key, Tensor]): [Key, Tensor] => [
    key,
    gradient && change(gradient),
  ];
  const changed = isMap(gradients)
    ? new Map([...gradients].map(changeEntry))
    : Object.fromEntries(Object.entries(gradients).map(changeEntry));
  return changed as G;
}

function isMap(gradients: Gradients): gradients is ReadonlyMap<Variable, Tensor> {
  return gradients instanceof Map;
}
