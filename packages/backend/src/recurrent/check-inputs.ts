import type { Tensor } from '@tensorflow/tfjs-core';
import { checkIndices } from '../checks/indices.ts';
import { checkDtype, checkShape, checkSteps } from '../checks/tensors.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import type { InputsOf } from '../kernels/kernel-map.ts';
import { GATES, type Mode } from './contract.ts';

type RecurrentInputs = InputsOf<'RecurrentForward', Tensor>;

const needed: ReadonlySet<keyof RecurrentInputs> = new Set(['x', 'weightIh', 'weightHh']);

/** Throws unless every tensor has the shape and dtype that the contract requires. */
export function checkRecurrentInputs(inputs: RecurrentInputs, mode: Mode): void {
  const { x, weightIh, weightHr, lengths } = inputs;
  const gates = GATES[mode];
  const check = (name: keyof RecurrentInputs, expected: readonly (number | undefined)[]) => {
    const tensor = inputs[name];
    if (!tensor && !needed.has(name)) return;
    checkShape('recurrent', name, tensor, expected);
    checkDtype('recurrent', name, tensor, name === 'lengths' ? 'int32' : 'float32');
  };

  check('x', [undefined, undefined, undefined]);
  const [steps, rows, features] = x.shape;
  checkSteps('recurrent', 'x', x, 0);
  check('weightIh', [undefined, features]);
  const gateRows = weightIh.shape[0];
  if (gateRows === 0 || gateRows % gates !== 0) {
    throw new ArgumentError(
      'recurrent',
      'weightIh',
      `has ${gateRows} rows; ${mode} needs a positive multiple of ${gates}`,
    );
  }
  const hiddenSize = gateRows / gates;
  if (mode !== 'lstm') {
    for (const name of ['weightHr', 'c0'] as const) {
      if (inputs[name])
        throw new ArgumentError('recurrent', name, `was given with mode '${mode}'; only 'lstm' has it`);
    }
  }
  check('weightHr', [undefined, hiddenSize]);
  const outputSize = weightHr ? weightHr.shape[0] : hiddenSize;
  check('weightHh', [gateRows, outputSize]);
  check('biasIh', [gateRows]);
  check('biasHh', [gateRows]);
  check('h0', [rows, outputSize]);
  check('c0', [rows, hiddenSize]);
  check('lengths', [rows]);
  if (lengths) checkIndices('recurrent', 'lengths', lengths, { from: 1, size: steps + 1, noun: 'lengths' });
}
