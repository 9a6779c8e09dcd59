import type { CrossEntropyAttrs, InputsOf } from '@unroll/backend/contract';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { refuseNegative } from './indices.ts';
import { contractEntry, type Entry, type RunNumbers, sameAs, type TensorType } from './kernel-lowering.ts';
import { type Levels, sumInLevels } from './levels.ts';
import { longSoftmax, softmaxOf } from './softmax.ts';

interface Structure extends CrossEntropyAttrs {
  /** The levels of sums over very many classes */
  readonly levels?: Levels;
}

const CLASSES = 1;

/** Smoothing adds up all classes. Runtimes do this in fewer partial sums than a softmax. */
const longClasses = (logits: TensorType, { labelSmoothing }: CrossEntropyAttrs) =>
  labelSmoothing > 0 ? longSoftmax(logits, CLASSES, 256) : longSoftmax(logits, CLASSES);

function structure({ logits }: { logits: TensorType }, attrs: CrossEntropyAttrs): Structure {
  const { ignoreIndex, labelSmoothing } = attrs;
  const levels = longClasses(logits, attrs)?.levels;
  return { ignoreIndex, labelSmoothing, ...(levels && { levels }) };
}

const numbers = ({ logits }: { logits: TensorType }, attrs: CrossEntropyAttrs): readonly RunNumbers[] =>
  longClasses(logits, attrs)?.numbers ?? [];

/** Sums over the classes, `[R, 1]` */
const sumOfClasses = (g: GraphBuilder, x: Ref, levels: Levels | undefined, sizes: readonly Ref[]): Ref =>
  levels ? g.cast(sumInLevels(g, x, levels, sizes), 'float32') : g.reduce('ReduceSum', x, [CLASSES], true);

/** Means over the classes, `[R]` */
function meanOfClasses(g: GraphBuilder, x: Ref, levels: Levels | undefined, sizes: readonly Ref[]): Ref {
  if (!levels) return g.reduce('ReduceMean', x, [CLASSES]);
  const classes = g.cast(g.op('Gather', [g.op('Shape', [x]), g.constant(CLASSES, 'int64')]), 'float32');
  return g.op('Squeeze', [g.op('Div', [sumOfClasses(g, x, levels, sizes), classes]), g.ints(1)]);
}

/** The values that forward and backward both need. An ignored row counts as class 0 with weight 0. */
function prepare(
  g: GraphBuilder,
  { target, weight }: Pick<InputsOf<'CrossEntropyForward', Ref>, 'target' | 'weight'>,
  ignoreIndex: number,
) {
  const ignored = g.op('Equal', [target, g.constant(ignoreIndex, target.type)]); // [R]
  const safeTarget = g.op('Where', [ignored, g.constant(0, target.type), refuseNegative(g, target)]);
  const column = g.op('Unsqueeze', [safeTarget, g.ints(1)]); // [R, 1]
  const classWeight = weight ? g.op('Gather', [weight, safeTarget]) : g.constant(1);
  const rowWeight = g.op('Where', [ignored, g.constant(0), classWeight]); // [R]
  return { ignored, column, rowWeight };
}

const forward = contractEntry<'CrossEntropyForward', Structure>('CrossEntropyForward', {
  outputs: ({ target }) => ({ loss: sameAs(target, 'float32'), rowWeight: sameAs(target, 'float32') }),
  structure,
  numbers,
  lower: (g, inputs, { ignoreIndex, labelSmoothing, levels }, sizes) => {
    const { logits, weight } = inputs;
    const { ignored, column, rowWeight } = prepare(g, inputs, ignoreIndex);
    const logProbs = softmaxOf(g, 'LogSoftmax', logits, { axis: CLASSES, levels }, sizes);
    const ofTarget = g.op('GatherElements', [logProbs, column], { axis: 1 });
    const likelihood = g.op('Squeeze', [ofTarget, g.ints(1)]); // [R]
    let loss = g.op('Mul', [rowWeight, g.op('Neg', [likelihood])]);
    if (labelSmoothing > 0) {
      const weighted = weight ? g.op('Mul', [logProbs, weight]) : logProbs;
      const smooth = meanOfClasses(g, weighted, levels, sizes);
      loss = g.op('Sub', [
        g.op('Mul', [loss, g.constant(1 - labelSmoothing)]),
        g.op('Mul', [smooth, g.constant(labelSmoothing)]),
      ]);
    }
    return { loss: g.op('Where', [ignored, g.constant(0), loss]), rowWeight };
  },
});

/**
 * The loss is Σ_c q[c]·(−log p[c]) with q = (1−ε)·w[t]·onehot(t) + ε/C·w; its gradient is (Σ q)·p − q, where the target's
 * part of q is subtracted at its place.
 */
const backward = contractEntry<'CrossEntropyBackward', Structure>('CrossEntropyBackward', {
  outputs: ({ logits }) => ({ dLogits: sameAs(logits) }),
  structure,
  numbers,
  lower: (g, inputs, { ignoreIndex, labelSmoothing, levels }, sizes) => {
    const { logits, dLoss, weight } = inputs;
    const { ignored, column, rowWeight } = prepare(g, inputs, ignoreIndex);
    const asColumn = (x: Ref): Ref => g.op('Unsqueeze', [x, g.ints(1)]);
    const targetShare = g.op('Mul', [rowWeight, g.constant(1 - labelSmoothing)]);
    const probabilities = softmaxOf(g, 'Softmax', logits, { axis: CLASSES, levels }, sizes);
    let total = asColumn(targetShare);
    let spread: Ref | undefined;
    if (labelSmoothing > 0) {
      const ones = g.op('Mul', [probabilities, g.constant(0)]);
      const classWeights = weight ?? g.op('Add', [ones, g.constant(1)]);
      const classes = sumOfClasses(g, g.op('Add', [ones, g.constant(1)]), levels, sizes);
      spread = g.op('Div', [g.op('Mul', [classWeights, g.constant(labelSmoothing)]), classes]);
      total = g.op('Add', [total, sumOfClasses(g, spread, levels, sizes)]);
    }
    // The factors of a row are multiplied first, so that arrays of the logits' size are passed over as rarely as
    // possible.
    const scale = asColumn(g.op('Where', [ignored, g.constant(0), dLoss]));
    const factor = g.op('Mul', [total, scale]);
    const spreadShare = spread && g.op('Mul', [spread, scale]);
    const minusTarget = g.op('Mul', [g.op('Neg', [asColumn(targetShare)]), scale]);
    const places = g.cast(column, 'int64');
    const gradient = (graph: GraphBuilder): Ref => {
      const ofClasses = graph.op('Mul', [probabilities, factor]);
      const spreadOut = spreadShare ? graph.op('Sub', [ofClasses, spreadShare]) : ofClasses;
      return graph.op('ScatterElements', [spreadOut, places, minusTarget], { axis: 1, reduction: 'add' });
    };
    // The factors of an ignored row are 0, and so is its gradient, unless its probabilities are NaN. If one
    // probability of a row is NaN, all are.
    const first = g.op('Gather', [probabilities, g.constant(0, 'int64')], { axis: 1 }); // [R]
    const undone = g.op('And', [ignored, g.op('IsNaN', [first])]);
    const anyUndone = g.op('Greater', [g.reduce('ReduceSum', g.cast(undone, 'float32'), [0]), g.constant(0)]);
    const [dLogits] = g.choose(
      anyUndone,
      (graph) => [graph.op('Where', [asColumn(ignored), graph.constant(0), gradient(graph)])],
      (graph) => [gradient(graph)],
    );
    return { dLogits: dLogits! };
  },
});

export const crossEntropy: readonly Entry[] = [forward, backward];
