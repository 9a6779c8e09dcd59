import type { GraphBuilder, ScanBody } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';

interface WalkOptions {
  /** Whether the last step comes first */
  readonly reverse: boolean;
  /** Whether there is one step, which is computed without a Scan */
  readonly single: boolean;
}

/** Runs steps one after another. Each starts from the states of the previous step: see `GraphBuilder.scan`. */
export function walk(
  g: GraphBuilder,
  states: readonly Ref[],
  sequences: readonly Ref[],
  body: ScanBody,
  { reverse, single }: WalkOptions,
): Ref[] {
  if (!single) return g.scan(states, sequences, body, { reverse });
  const only = body(
    g,
    states,
    sequences.map((sequence) => g.op('Squeeze', [sequence, g.ints(0)])),
  );
  return [...only.states, ...only.outputs.map((output) => g.op('Unsqueeze', [output, g.ints(0)]))];
}
