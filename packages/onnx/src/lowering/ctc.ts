import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { refuseNegative } from './indices.ts';
import { contractEntry, type Entry, ints } from './kernel-lowering.ts';
import { stepMask } from './recurrent/step-mask.ts';

/*
 * The forward-backward algorithm of Graves et al. 2006, section 4.1, in logarithms. A state is a place in the labels with
 * blanks before, between and after them. One Scan over the frames adds up the paths that lead to each state, another
 * Scan, from the last frame to the first, adds up the paths that continue from each state.
 */

/** Takes the place of −∞ where −∞ − (−∞) would be NaN. */
const LOWEST = -3e38;

interface Lattice {
  /** int64 [N, L], the class that each state emits */
  labels: Ref;
  /** [N, L]: 0 where a path may skip the state before this one, which it may between two different labels; else −∞ */
  skips: Ref;
  /** [N, L]: 0 where an alignment may end, else −∞ */
  ends: Ref;
}

/** The logarithm of a truth value: 0 where the condition holds, else −∞. */
const logIf = (g: GraphBuilder, condition: Ref): Ref =>
  g.op('Where', [condition, g.constant(0), negativeInfinity(g)]);

const negativeInfinity = (g: GraphBuilder): Ref => g.op('Log', [g.constant(0)]);

/** Moves each row by `by` states. The free places are filled with `value`. */
const shift = (g: GraphBuilder, x: Ref, by: number, value: Ref): Ref =>
  g.op('Pad', [x, g.ints(0, by, 0, -by), value]);

function logSumExp3(g: GraphBuilder, a: Ref, b: Ref, c: Ref): Ref {
  const largest = g.op('Max', [a, b, c, g.constant(LOWEST)]);
  const part = (x: Ref): Ref => g.op('Exp', [g.op('Sub', [x, largest])]);
  return g.op('Add', [g.op('Log', [g.op('Sum', [part(a), part(b), part(c)])]), largest]);
}

function buildLattice(
  g: GraphBuilder,
  targets: Ref,
  targetLengths: Ref,
  blank: number,
  width: Ref,
  states: Ref,
  labelsShape: Ref,
): Lattice {
  const zero = g.constant(0, 'int64');
  const one = g.constant(1, 'int64');
  const blankClass = g.constant(blank, 'int64');
  const lengths = g.op('Unsqueeze', [g.cast(targetLengths, 'int64'), g.ints(1)]); // [N, 1]
  const inside = g.op('Less', [g.op('Range', [zero, width, one]), lengths]); // [N, S]
  const padded = g.op('Where', [inside, refuseNegative(g, g.cast(targets, 'int64')), blankClass]);
  const last = (x: Ref): Ref => g.op('Unsqueeze', [x, g.ints(2)]);
  const blanks = g.op('Add', [g.op('Mul', [padded, zero]), blankClass]);
  const pairs = g.op('Concat', [last(blanks), last(padded)], { axis: 2 }); // [N, S, 2]
  const flat = g.op('Reshape', [pairs, labelsShape]); // [N, 2S]
  const labels = g.op('Pad', [flat, g.ints(0, 0, 0, 1), blankClass]); // [N, 2S+1]

  const isLabel = g.op('Not', [g.op('Equal', [labels, blankClass])]);
  const differs = g.op('Not', [g.op('Equal', [labels, shift(g, labels, 2, blankClass)])]);
  const state = g.op('Range', [zero, states, one]);
  const lastBlank = g.op('Mul', [lengths, g.constant(2, 'int64')]);
  const isEnd = g.op('Or', [
    g.op('Equal', [state, lastBlank]),
    g.op('Equal', [state, g.op('Sub', [lastBlank, one])]),
  ]);
  return { labels, skips: logIf(g, g.op('And', [isLabel, differs])), ends: logIf(g, isEnd) };
}

export const ctc: readonly Entry[] = [
  contractEntry<'CtcLoss', number>('CtcLoss', {
    outputs: ({ logProbs }) => ({
      loss: { shape: [logProbs.shape[1]!], dtype: 'float32' },
      grad: { shape: logProbs.shape, dtype: 'float32' },
    }),
    structure: (_, { blank }) => blank,
    numbers: ({ logProbs, targets }) => {
      const [steps, rows] = logProbs.shape as [number, number];
      const width = targets.shape[1]!;
      const single = (value: number) => ({ type: 'int64', values: [value], rank: 0 }) as const;
      return [single(steps), single(width), single(2 * width + 1), ints([rows, 2 * width])];
    },
    lower: (g, { logProbs, targets, inputLengths, targetLengths }, blank, numbers) => {
      const [steps, width, states, labelsShape] = numbers as [Ref, Ref, Ref, Ref];
      const { labels, skips, ends } = buildLattice(
        g,
        targets,
        targetLengths,
        blank,
        width,
        states,
        labelsShape,
      );
      const never = negativeInfinity(g);
      const mask = g.transpose(stepMask(g, inputLengths, steps), [0, 2, 1]); // [T, N, 1]

      // Before the first frame every path is in state 0, the blank before the first label.
      const isFirst = g.op('Equal', [
        g.op('Range', [g.constant(0, 'int64'), states, g.constant(1, 'int64')]),
        g.constant(0, 'int64'),
      ]);
      const start = g.op('Add', [g.op('Mul', [g.cast(labels, 'float32'), g.constant(0)]), logIf(g, isFirst)]);
      const emitted = (body: GraphBuilder, frame: Ref): Ref =>
        body.op('GatherElements', [frame, labels], { axis: 1 });

      const [arrived, reaching] = g.scan([start], [logProbs, mask], (body, [alpha], [frame, active]) => {
        const skipped = body.op('Add', [shift(body, alpha!, 2, never), skips]);
        const paths = logSumExp3(body, alpha!, shift(body, alpha!, 1, never), skipped);
        const next = body.op('Where', [active, body.op('Add', [paths, emitted(body, frame!)]), alpha]);
        return { states: [next], outputs: [next] };
      });
      const [, leading] = g.scan(
        [ends],
        [logProbs, mask],
        (body, [beta], [frame, active]) => {
          const onward = body.op('Add', [beta!, emitted(body, frame!)]);
          const skipped = shift(body, body.op('Add', [onward, skips]), -2, never);
          const paths = logSumExp3(body, onward, shift(body, onward, -1, never), skipped);
          return { states: [body.op('Where', [active, paths, beta])], outputs: [beta!] };
        },
        { reverse: true },
      );

      const all = g.op('Add', [arrived!, ends]);
      const largest = g.op('Max', [g.reduce('ReduceMax', all, [1], true), g.constant(LOWEST)]); // [N, 1]
      const shares = g.reduce('ReduceSum', g.op('Exp', [g.op('Sub', [all, largest])]), [1], true);
      const logLikelihood = g.op('Add', [g.op('Log', [shares]), largest]); // [N, 1]

      const joint = g.op('Add', [reaching!, leading!]); // [T, N, L]
      const occupied = g.op('Exp', [g.op('Sub', [joint, logLikelihood])]);
      const everyFrame = g.op('Expand', [g.op('Unsqueeze', [labels, g.ints(0)]), g.op('Shape', [occupied])]);
      const posterior = g.op(
        'ScatterElements',
        [g.op('Mul', [g.op('Exp', [logProbs]), g.constant(0)]), everyFrame, occupied],
        { axis: 2, reduction: 'add' },
      );
      const impossible = g.op('IsInf', [logLikelihood]); // [N, 1]
      const nan = g.op('Div', [g.constant(0), g.constant(0)]);
      const difference = g.op('Sub', [g.op('Exp', [logProbs]), posterior]);
      const possible = g.op('Where', [impossible, nan, difference]);
      const grad = g.op('Where', [mask, possible, g.constant(0)]);
      return { loss: g.op('Squeeze', [g.op('Neg', [logLikelihood]), g.ints(1)]), grad };
    },
  }),
];
