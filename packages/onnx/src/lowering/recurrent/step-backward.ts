import type { Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import type { SAVED } from './step.ts';

type Saved<M extends Mode> = Readonly<Record<(typeof SAVED)[M][number], Ref>>;

export interface StepGradient {
  /** Of the gates' pre-activations, [G·H, N] */
  dGates: Ref;
  /** The same on the hidden side, where it differs */
  dGatesHh?: Ref;
  /** What reaches the state before this one without passing the gates, [H, N] */
  dhDirect?: Ref;
  /** Of the cell before, [H, N] */
  dc?: Ref;
}

/** From the gradient of this step's hidden state, [H, N], and of its cell. `hPrev` is the state it began with. */
type StepBackward<M extends Mode> = (
  g: GraphBuilder,
  saved: Saved<M>,
  gradient: { dh: Ref; dc: Ref | undefined; hPrev: Ref },
) => StepGradient;

const mul = (g: GraphBuilder, ...[first, ...others]: readonly Ref[]): Ref =>
  others.reduce((product, factor) => g.op('Mul', [product, factor]), first!);

/** s·(1−s), the slope of the logistic function where its value is s */
const sigmoidSlope = (g: GraphBuilder, s: Ref): Ref => mul(g, s, g.op('Sub', [g.constant(1), s]));
/** 1−t², the slope of tanh where its value is t */
const tanhSlope = (g: GraphBuilder, t: Ref): Ref => g.op('Sub', [g.constant(1), mul(g, t, t)]);

const elmanTanh: StepBackward<'rnn_tanh'> = (g, { h }, { dh }) => ({ dGates: mul(g, dh, tanhSlope(g, h)) });

/** What is not off, NaN included, passes the gradient on. */
const elmanRelu: StepBackward<'rnn_relu'> = (g, { h }, { dh }) => ({
  dGates: g.op('Where', [g.op('LessOrEqual', [h, g.constant(0)]), g.constant(0), dh]),
});

const lstm: StepBackward<'lstm'> = (g, { i, f, g: candidate, o, tanhC, cPrev }, { dh, dc: dcNext }) => {
  const dO = mul(g, dh, tanhC, sigmoidSlope(g, o));
  const dc = g.op('Add', [dcNext, mul(g, dh, o, tanhSlope(g, tanhC))]);
  const dI = mul(g, dc, candidate, sigmoidSlope(g, i));
  const dF = mul(g, dc, cPrev, sigmoidSlope(g, f));
  const dCandidate = mul(g, dc, i, tanhSlope(g, candidate));
  return { dGates: g.op('Concat', [dI, dF, dCandidate, dO], { axis: 0 }), dc: mul(g, dc, f) };
};

const gru: StepBackward<'gru'> = (g, { r, z, n, hiddenN }, { dh, hPrev }) => {
  const dZ = mul(g, dh, g.op('Sub', [hPrev, n]), sigmoidSlope(g, z));
  const dhZ = mul(g, dh, z);
  const dN = mul(g, g.op('Sub', [dh, dhZ]), tanhSlope(g, n));
  const dR = mul(g, dN, hiddenN, sigmoidSlope(g, r));
  return {
    dGates: g.op('Concat', [dR, dZ, dN], { axis: 0 }),
    dGatesHh: g.op('Concat', [dR, dZ, mul(g, dN, r)], { axis: 0 }),
    dhDirect: dhZ,
  };
};

export const stepBackward: { readonly [M in Mode]: StepBackward<M> } = {
  rnn_tanh: elmanTanh,
  rnn_relu: elmanRelu,
  lstm,
  gru,
};
