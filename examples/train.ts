import { Adam, OneCycleLR, trainingStep } from '@unroll/optim';
import { type Seq2Seq, tokenBatch } from '@unroll/seq2seq';
import { encode, specialTokens } from './characters.ts';

export type Pair = readonly [read: string, say: string];

const { paddingToken } = specialTokens;

/** `steps` steps of 64 pairs each, which `draw` gives; every hundred steps `report` is told the loss. */
export async function train(
  model: Seq2Seq,
  steps: number,
  draw: () => Pair,
  report?: (step: number, loss: number) => void,
): Promise<void> {
  const optimizer = new Adam(model.parameters());
  const schedule = new OneCycleLR(optimizer, { maxLr: 0.01, totalSteps: steps });
  for (let step = 1; step <= steps; step++) {
    const pairs = Array.from({ length: 64 }, draw);
    const source = tokenBatch(
      pairs.map(([read]) => encode(read)),
      { paddingToken },
    );
    const target = tokenBatch(
      pairs.map(([, say]) => encode(say)),
      specialTokens,
    );
    const lossOf = () => model.loss(source.tokens, target.tokens, { sourceLengths: source.lengths });
    const loss = await trainingStep(optimizer, lossOf, { clipGradNorm: 1 });
    schedule.step();
    for (const { tokens } of [source, target]) tokens.dispose();
    if (step % 100 === 0) report?.(step, loss);
  }
  optimizer.dispose();
}
