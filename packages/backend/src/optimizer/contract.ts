import type { Rank } from '@tensorflow/tfjs-core';
import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

/*
 * One optimizer step of one parameter. Kernels are pure: they return the new parameter and the new state under the
 * names of the old ones, and the caller disposes of the old ones. All tensors are float32 and have the parameter's
 * shape. The formulas are those of `torch.optim`.
 */

interface StepInputs {
  readonly param: Info;
  readonly grad: Info;
}

export interface SgdStepInputs extends StepInputs {
  /** Absent in the first step, in which the gradient becomes the buffer */
  readonly momentumBuffer?: Info | undefined;
}

export interface SgdStepAttrs {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  readonly maximize: boolean;
}

export interface SgdStepOutputs {
  readonly param: Info;
  /** Present if `momentum ≠ 0` */
  readonly momentumBuffer?: Info | undefined;
}

export interface AdamStepInputs extends StepInputs {
  readonly expAvg: Info;
  readonly expAvgSq: Info;
  /** For AMSGrad only */
  readonly maxExpAvgSq?: Info | undefined;
}

export interface AdamStepAttrs {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** AdamW: the decay shrinks the parameter itself. Otherwise it is added to the gradient (L2). */
  readonly decoupledWeightDecay: boolean;
  /** Number of this step, counted from 1, for the bias corrections */
  readonly step: number;
  readonly maximize: boolean;
}

export interface AdamStepOutputs {
  readonly param: Info;
  readonly expAvg: Info;
  readonly expAvgSq: Info;
  /** Present if it was given */
  readonly maxExpAvgSq?: Info | undefined;
}

export interface RmspropStepInputs extends StepInputs {
  readonly squareAvg: Info;
  /** Given if `momentum > 0` */
  readonly momentumBuffer?: Info | undefined;
  /** Given if centered */
  readonly gradAvg?: Info | undefined;
}

export interface RmspropStepAttrs {
  readonly lr: number;
  readonly alpha: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly momentum: number;
  readonly maximize: boolean;
}

export interface RmspropStepOutputs {
  readonly param: Info;
  readonly squareAvg: Info;
  /** Present if it was given */
  readonly momentumBuffer?: Info | undefined;
  /** Present if it was given */
  readonly gradAvg?: Info | undefined;
}

export interface AdagradStepInputs extends StepInputs {
  readonly sum: Info;
}

export interface AdagradStepAttrs {
  /** The decayed rate, `lr / (1 + (step − 1) · lrDecay)` */
  readonly lr: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly maximize: boolean;
}

export interface AdagradStepOutputs {
  readonly param: Info;
  readonly sum: Info;
}

/** Tensors of any number and shape: `x0`, `x1`, … */
export interface TensorList {
  readonly [name: `x${number}`]: Info;
}

export interface GlobalNormOutputs {
  /** The L2 norm over all tensors as one float32 scalar */
  readonly norm: Info<Rank.R0>;
}

export interface ScaleTensorsInputs extends TensorList {
  /** A scalar */
  readonly factor: Info<Rank.R0>;
}

export interface OptimizerSignatures {
  SgdStep: { inputs: SgdStepInputs; attrs: SgdStepAttrs; outputs: SgdStepOutputs };
  AdamStep: { inputs: AdamStepInputs; attrs: AdamStepAttrs; outputs: AdamStepOutputs };
  RmspropStep: { inputs: RmspropStepInputs; attrs: RmspropStepAttrs; outputs: RmspropStepOutputs };
  AdagradStep: { inputs: AdagradStepInputs; attrs: AdagradStepAttrs; outputs: AdagradStepOutputs };
  GlobalNorm: { inputs: TensorList; attrs: object; outputs: GlobalNormOutputs };
  /** `factor` times each of the other tensors, under their names: scales gradients by a norm in one call */
  ScaleTensors: { inputs: ScaleTensorsInputs; attrs: object; outputs: TensorList };
}

export const optimizerKernels: {
  readonly [Name in keyof OptimizerSignatures]: KernelDeclaration<OptimizerSignatures[Name]>;
} = {
  SgdStep: {
    outputs: [{ name: 'param' }, { name: 'momentumBuffer', when: (_, { momentum }) => momentum !== 0 }],
    endsStep: true,
  },
  AdamStep: {
    outputs: [
      { name: 'param' },
      { name: 'expAvg' },
      { name: 'expAvgSq' },
      { name: 'maxExpAvgSq', when: ({ maxExpAvgSq }) => maxExpAvgSq !== undefined },
    ],
    endsStep: true,
  },
  RmspropStep: {
    outputs: [
      { name: 'param' },
      { name: 'squareAvg' },
      { name: 'momentumBuffer', when: ({ momentumBuffer }) => momentumBuffer !== undefined },
      { name: 'gradAvg', when: ({ gradAvg }) => gradAvg !== undefined },
    ],
    endsStep: true,
  },
  AdagradStep: { outputs: [{ name: 'param' }, { name: 'sum' }], endsStep: true },
  GlobalNorm: { outputs: [{ name: 'norm' }] },
  ScaleTensors: { outputs: (names) => names.filter((name) => name !== 'factor') },
};
