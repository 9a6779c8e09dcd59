import type { Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import type { SAVED } from './step.ts';

/*
 * The factors by which a step multiplies gradients depend only on saved values. They are computed for all steps at
 * once, before the walk: a few operations on large arrays cost less than the same operations on small arrays at every
 * step.
 */

/** The values that forward saved at all steps, [T, H, N] each */
type Saved<M extends Mode> = Readonly<Record<(typeof SAVED)[M][number], Ref>>;

/** Gradients that arrive at a step, [H, N] each */
interface Arriving {
  /** The gradient of the step's hidden state */
  readonly dh: Ref;
  /** The gradient of the step's cell state, LSTM */
  readonly dc: Ref | undefined;
}

interface StepGradient {
  /** The gradient of the gates before their activations, [G·H, N] */
  dGates: Ref;
  /** The same on the hidden side, where it differs */
  dGatesHh?: Ref;
  /** The gradient that reaches the previous state without passing the gates, [H, N] */
  dhDirect?: Ref;
  /** The gradient of the previous cell state, [H, N] */
  dc?: Ref;
}

/** The backward pass of a mode through a step, in two parts. */
interface StepBackward {
  /** The factors of all steps, [T, H, N] each. `hPrev` are the states that they began with. */
  factors(g: GraphBuilder, saved: Readonly<Record<string, Ref>>, hPrev: Ref): readonly Ref[];
  /** One step, from its slices of the factors, [H, N] each */
  step(g: GraphBuilder, factors: readonly Ref[], arriving: Arriving): StepGradient;
}

/** A `StepBackward` with the names of the mode's saved values and of its factors. */
function stepBackwardOf<M extends Mode, Name extends string>(
  names: readonly Name[],
  factors: (g: GraphBuilder, saved: Saved<M>, hPrev: Ref) => Readonly<Record<Name, Ref>>,
  step: (g: GraphBuilder, factors: Readonly<Record<Name, Ref>>, arriving: Arriving) => StepGradient,
): StepBackward {
  return {
    factors: (g, saved, hPrev) => {
      const made = factors(g, saved as Saved<M>, hPrev);
      return names.map((name) => made[name]);
    },
    step: (g, slices, arriving) =>
      step(g, Object.fromEntries(names.map((name, i) => [name, slices[i]!])) as Record<Name, Ref>, arriving),
  };
}

const mul = (g: GraphBuilder, a: Ref, b: Ref): Ref => g.op('Mul', [a, b]);
const sub = (g: GraphBuilder, a: Ref, b: Ref): Ref => g.op('Sub', [a, b]);
const gates = (g: GraphBuilder, ...parts: readonly Ref[]): Ref => g.op('Concat', parts, { axis: 0 });

/**
 * a·(1−b). With the logistic function's value s as both a and b, it is the slope s·(1−s). As a − a·b it needs no
 * array of ones. Where b is nearly 1, it is off by a unit in the last place of a, as 1−b is too.
 */
const withRest = (g: GraphBuilder, a: Ref, b: Ref): Ref => sub(g, a, mul(g, a, b));
/** 1−t², the slope of tanh where its value is t */
const tanhSlope = (g: GraphBuilder, t: Ref): Ref => sub(g, g.constant(1), mul(g, t, t));

const elmanTanh = stepBackwardOf<'rnn_tanh', 'slope'>(
  ['slope'],
  (g, { h }) => ({ slope: tanhSlope(g, h) }),
  (g, { slope }, { dh }) => ({ dGates: mul(g, dh, slope) }),
);

/** An element that is not off, NaN included, passes the gradient on. */
const elmanRelu = stepBackwardOf<'rnn_relu', 'isOff'>(
  ['isOff'],
  (g, { h }) => ({ isOff: g.op('LessOrEqual', [h, g.constant(0)]) }),
  (g, { isOff }, { dh }) => ({ dGates: g.op('Where', [isOff, g.constant(0), dh]) }),
);

/**
 * For c' = f·c + i·g and h' = o·tanh c': the derivatives of h' by c' and by the gate of o, and those of c' by the
 * gates of i, f and g and by c. The last one is f.
 */
const lstm = stepBackwardOf<'lstm', 'hByC' | 'hByO' | 'cByI' | 'cByF' | 'cByG' | 'f'>(
  ['hByC', 'hByO', 'cByI', 'cByF', 'cByG', 'f'],
  (g, { i, f, g: candidate, o, tanhC, kept, added }) => {
    const h = mul(g, o, tanhC);
    return {
      hByC: sub(g, o, mul(g, h, tanhC)),
      hByO: withRest(g, h, o),
      cByI: withRest(g, added, i),
      cByF: withRest(g, kept, f),
      cByG: sub(g, i, mul(g, added, candidate)),
      f,
    };
  },
  (g, { hByC, hByO, cByI, cByF, cByG, f }, { dh, dc: dcNext }) => {
    const dc = g.op('Add', [dcNext!, mul(g, dh, hByC)]);
    return {
      dGates: gates(g, mul(g, dc, cByI), mul(g, dc, cByF), mul(g, dc, cByG), mul(g, dh, hByO)),
      dc: mul(g, dc, f),
    };
  },
);

/**
 * For h' = n + z·(h − n): the derivatives of h' by the gates of z and n and by h, which is z, and those of n's gate
 * by r's gate and by the hidden share of n.
 */
const gru = stepBackwardOf<'gru', 'hByZ' | 'hByN' | 'nByR' | 'r' | 'z'>(
  ['hByZ', 'hByN', 'nByR', 'r', 'z'],
  (g, { r, z, n, hiddenN }, hPrev) => ({
    hByZ: mul(g, sub(g, hPrev, n), withRest(g, z, z)),
    hByN: mul(g, sub(g, g.constant(1), z), tanhSlope(g, n)),
    nByR: mul(g, hiddenN, withRest(g, r, r)),
    r,
    z,
  }),
  (g, { hByZ, hByN, nByR, r, z }, { dh }) => {
    const [dZ, dN] = [mul(g, dh, hByZ), mul(g, dh, hByN)];
    const dR = mul(g, dN, nByR);
    return {
      dGates: gates(g, dR, dZ, dN),
      dGatesHh: gates(g, dR, dZ, mul(g, dN, r)),
      dhDirect: mul(g, dh, z),
    };
  },
);

export const stepBackward: Readonly<Record<Mode, StepBackward>> = {
  rnn_tanh: elmanTanh,
  rnn_relu: elmanRelu,
  lstm,
  gru,
};
