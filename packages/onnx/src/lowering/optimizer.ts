import type { InputsOf } from '@unroll/backend/contract';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { contractEntry, type Entry, sameAs, scalar, type TensorType } from './kernel-lowering.ts';
import { type Levels, type LongSum, longSum, sumsOfPieces } from './levels.ts';

/*
 * Rates, decays and counts are numbers of the run, so schedules and bias corrections do not change the graph. Terms
 * that are 0 in most programs are left out of the graph.
 */

const mul = (g: GraphBuilder, a: Ref, b: Ref): Ref => g.op('Mul', [a, b]);

interface Descent {
  readonly maximize: boolean;
  /** Whether the decay is added to the gradient */
  readonly penalty: boolean;
}

/** The gradient that the update descends: negated to ascend, plus the gradient of the L2 penalty. */
function descended(
  g: GraphBuilder,
  { grad, param }: InputsOf<'SgdStep', Ref>,
  { maximize, penalty }: Descent,
  weightDecay: Ref,
): Ref {
  const gradient = maximize ? g.op('Neg', [grad]) : grad;
  return penalty ? g.op('Add', [gradient, mul(g, param, weightDecay)]) : gradient;
}

/** average + (1 − decay)·(value − average) */
const movingAverage = (g: GraphBuilder, average: Ref, value: Ref, complement: Ref): Ref =>
  g.op('Add', [average, mul(g, g.op('Sub', [value, average]), complement)]);

/** decay·average + (1 − decay)·value², in which no term is ever negative */
const squareAverage = (g: GraphBuilder, average: Ref, value: Ref, decay: Ref, complement: Ref): Ref =>
  g.op('Add', [mul(g, average, decay), mul(g, mul(g, value, value), complement)]);

const sgd = contractEntry<'SgdStep', Descent & { momentum: boolean; nesterov: boolean }>('SgdStep', {
  outputs: ({ param }, { momentum }) => ({
    param: sameAs(param),
    momentumBuffer: momentum === 0 ? undefined : sameAs(param),
  }),
  structure: (_, { weightDecay, maximize, momentum, nesterov }) => ({
    maximize,
    penalty: weightDecay !== 0,
    momentum: momentum !== 0,
    nesterov,
  }),
  numbers: (_, { lr, momentum, dampening, weightDecay }) =>
    [lr, momentum, 1 - dampening, weightDecay].map(scalar),
  lower: (g, inputs, structure, numbers) => {
    const [lr, momentum, undampened, weightDecay] = numbers as [Ref, Ref, Ref, Ref];
    const { param, momentumBuffer } = inputs;
    const gradient = descended(g, inputs, structure, weightDecay);
    const updated = (direction: Ref): Ref => g.op('Sub', [param, mul(g, direction, lr)]);
    if (!structure.momentum) return { param: updated(gradient) };
    const buffer = momentumBuffer
      ? g.op('Add', [mul(g, momentumBuffer, momentum), mul(g, gradient, undampened)])
      : gradient;
    const direction = structure.nesterov ? g.op('Add', [gradient, mul(g, buffer, momentum)]) : buffer;
    return { param: updated(direction), momentumBuffer: buffer };
  },
});

const adam = contractEntry<'AdamStep', Descent & { decoupled: boolean }>('AdamStep', {
  outputs: ({ grad: _, ...state }) => state,
  structure: (_, { weightDecay, maximize, decoupledWeightDecay }) => ({
    maximize,
    penalty: weightDecay !== 0 && !decoupledWeightDecay,
    decoupled: weightDecay !== 0 && decoupledWeightDecay,
  }),
  numbers: (_, { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, step }) => {
    // m / (√v / correction + eps) is correction · m / (√v + correction · eps), which passes over v once less.
    const correction = Math.sqrt(1 - beta2 ** step);
    return [
      1 - beta1,
      beta2,
      1 - beta2,
      (lr / (1 - beta1 ** step)) * correction,
      eps * correction,
      decoupledWeightDecay ? 1 - lr * weightDecay : weightDecay,
    ].map(scalar);
  },
  lower: (g, inputs, structure, numbers) => {
    const [complement1, beta2, complement2, stepSize, eps, decay] = numbers as Ref[] as [
      Ref,
      Ref,
      Ref,
      Ref,
      Ref,
      Ref,
    ];
    const { param, expAvg, expAvgSq, maxExpAvgSq } = inputs;
    const gradient = descended(g, inputs, structure, decay);
    const m = movingAverage(g, expAvg, gradient, complement1);
    const v = squareAverage(g, expAvgSq, gradient, beta2, complement2);
    // AMSGrad compares the averages before their bias is corrected.
    const vMax = maxExpAvgSq && g.op('Max', [maxExpAvgSq, v]);
    const root = g.op('Sqrt', [vMax ?? v]);
    const update = mul(g, g.op('Div', [m, g.op('Add', [root, eps])]), stepSize);
    const decayed = structure.decoupled ? mul(g, param, decay) : param;
    return { param: g.op('Sub', [decayed, update]), expAvg: m, expAvgSq: v, maxExpAvgSq: vMax };
  },
});

const rmsprop = contractEntry<'RmspropStep', Descent>('RmspropStep', {
  outputs: ({ grad: _, ...state }) => state,
  structure: (_, { weightDecay, maximize }) => ({ maximize, penalty: weightDecay !== 0 }),
  numbers: (_, { lr, alpha, eps, weightDecay, momentum }) =>
    [lr, alpha, 1 - alpha, eps, weightDecay, momentum].map(scalar),
  lower: (g, inputs, structure, numbers) => {
    const [lr, alpha, complement, eps, weightDecay, momentum] = numbers as Ref[] as [
      Ref,
      Ref,
      Ref,
      Ref,
      Ref,
      Ref,
    ];
    const { param, squareAvg, momentumBuffer, gradAvg } = inputs;
    const gradient = descended(g, inputs, structure, weightDecay);
    const v = squareAverage(g, squareAvg, gradient, alpha, complement);
    const mean = gradAvg && movingAverage(g, gradAvg, gradient, complement);
    const variance = mean ? g.op('Sub', [v, mul(g, mean, mean)]) : v;
    const scaled = g.op('Div', [gradient, g.op('Add', [g.op('Sqrt', [variance]), eps])]);
    const buffer = momentumBuffer && g.op('Add', [mul(g, momentumBuffer, momentum), scaled]);
    const next = g.op('Sub', [param, mul(g, buffer ?? scaled, lr)]);
    return { param: next, squareAvg: v, momentumBuffer: buffer, gradAvg: mean };
  },
});

const adagrad = contractEntry<'AdagradStep', Descent>('AdagradStep', {
  outputs: ({ grad: _, ...state }) => state,
  structure: (_, { weightDecay, maximize }) => ({ maximize, penalty: weightDecay !== 0 }),
  numbers: (_, { lr, eps, weightDecay }) => [lr, eps, weightDecay].map(scalar),
  lower: (g, inputs, structure, numbers) => {
    const [lr, eps, weightDecay] = numbers as [Ref, Ref, Ref];
    const { param, sum } = inputs;
    const gradient = descended(g, inputs, structure, weightDecay);
    const total = g.op('Add', [sum, mul(g, gradient, gradient)]);
    const scaled = g.op('Div', [gradient, g.op('Add', [g.op('Sqrt', [total]), eps])]);
    return { param: g.op('Sub', [param, mul(g, scaled, lr)]), sum: total };
  },
});

/**
 * The norm is as exact as a sum in double precision. Only short pieces of its squares are added in single precision.
 */
const SQUARES = { plain: 128, piece: 32, longest: 128 };

const longSquares = (tensor: TensorType): LongSum | undefined =>
  longSum(tensor.shape, [...tensor.shape.keys()], [], SQUARES);

/**
 * The squares are summed piece by piece in single precision. The sums of all tensors are then added in double
 * precision.
 */
const globalNorm = contractEntry<'GlobalNorm', readonly (Levels | null)[]>('GlobalNorm', {
  outputs: () => ({ norm: { shape: [], dtype: 'float32' } }),
  structure: (inputs) => Object.values(inputs).map((tensor) => longSquares(tensor)?.levels ?? null),
  numbers: (inputs) => Object.values(inputs).flatMap((tensor) => longSquares(tensor)?.numbers ?? []),
  lower: (g, inputs, levels, sizes) => {
    let next = 0;
    const sums = Object.values(inputs).map((x, i) => {
      const long = levels[i];
      if (long) return sumsOfPieces(g, x, long, sizes[next++]!, 'ReduceSumSquare');
      const short = g.op('ReduceSumSquare', [x], { keepdims: 0 }, { type: 'float32', rank: 0 });
      return g.op('Unsqueeze', [short, g.ints(0)]);
    });
    const total = g.reduce('ReduceSum', g.cast(g.op('Concat', sums, { axis: 0 }), 'float64'), [0]);
    return { norm: g.cast(g.op('Sqrt', [total]), 'float32') };
  },
});

const scaleTensors = contractEntry('ScaleTensors', {
  outputs: ({ factor: _, ...tensors }) => tensors,
  lower: (g, { factor, ...tensors }) =>
    Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, mul(g, x, factor)])),
});

export const optimizerSteps: readonly Entry[] = [sgd, adam, rmsprop, adagrad, globalNorm, scaleTensors];
