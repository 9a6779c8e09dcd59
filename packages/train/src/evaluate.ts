import type { Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '@unroll/nn';
import { type BatchSource, batchesKind, EpochReader } from './epoch-reader.ts';
import { lossOf } from './loss-of.ts';
import type { Metric } from './metrics/metric.ts';
import { numbersOf } from './numbers-of.ts';
import { Turns } from './turns.ts';
import { weightOf } from './weight-of.ts';

/** Metrics by name, whatever their arguments. */
export type Metrics = Readonly<Record<string, Pick<Metric, 'compute' | 'reset'>>>;

/** How batches are evaluated: by a loss, metrics, or both. */
export interface EvaluationOptions<Batch, Judged extends Metrics = Metrics> {
  /** Iterated once */
  batches: BatchSource<Batch>;
  /** A batch's mean loss, a scalar */
  loss?: ((batch: Batch) => Tensor) | undefined;
  /** The number of rows or tokens over which a batch's loss is a mean. Default 1: each batch counts alike. */
  weight?: ((batch: Batch) => number) | undefined;
  /** By name. They are reset at the start. */
  metrics?: Judged | undefined;
  /**
   * Passes a batch's predictions to the metrics, and frees the tensors it makes, for example with `numbersOf`:
   * `async ({ words, tags }, { accuracy }) => accuracy.update(await numbersOf(() => tf.argMax(model.forward(words), 1)), tags)`
   */
  measure?: ((batch: Batch, metrics: Judged) => void | Promise<void>) | undefined;
}

export const evaluationKinds = {
  batches: kind.required(batchesKind),
  loss: kind.func,
  weight: kind.func,
  metrics: kind.record,
  measure: kind.func,
};

export const moduleKind: kind.Kind = kind.required(kind.instanceOf(Module, 'a module'));

/**
 * Evaluates the model over all batches once, in evaluation mode and without gradients. It leaves no tensor behind, and
 * restores the modes of all modules.
 *
 * @returns `loss`, if there is one, and each metric under its name; a metric of several figures gives `name.figure` for
 *   each
 * @throws when there is neither a loss nor a metric, or a metric has the name `loss` beside a loss
 */
export async function evaluate<Batch, Judged extends Metrics = Metrics>(
  model: Module,
  options: EvaluationOptions<Batch, Judged>,
): Promise<Record<string, number>> {
  checkValue('evaluate', 'model', model, moduleKind);
  const given = checkOptions<EvaluationOptions<Batch, Judged>>('evaluate', options, evaluationKinds);
  checkJudged('evaluate', given);
  return judge('evaluate', model, given);
}

/** `evaluate` with checked options. Its errors name `owner` as the caller. */
export async function judge<Batch, Judged extends Metrics>(
  owner: string,
  model: Module,
  { batches, loss, weight = () => 1, measure, metrics = {} as Judged }: EvaluationOptions<Batch, Judged>,
): Promise<Record<string, number>> {
  for (const metric of Object.values(metrics)) metric.reset();
  const reader = new EpochReader(batches, owner);
  const turns = new Turns();
  const total = { loss: 0, weight: 0 };
  await inEvaluation(model, async () => {
    for await (const { batch } of reader.read(0, 0)) {
      try {
        const own = loss ? weightOf(owner, weight, batch) : 0;
        if (loss && own > 0) {
          const [value] = await numbersOf(() => lossOf(owner, loss, batch));
          total.loss += own * value!;
          total.weight += own;
        }
        await measure?.(batch, metrics);
      } finally {
        reader.release(batch);
      }
      await turns.giveWay();
    }
  });
  if (loss && total.weight === 0) {
    throw new ArgumentError(owner, 'weight', 'is 0 for every batch; expected some with a loss');
  }
  return { ...(loss && { loss: total.loss / total.weight }), ...figuresOf(metrics) };
}

/** Checks that there is a loss or a metric, and that their names do not clash. */
export function checkJudged(
  owner: string,
  {
    loss,
    metrics,
    measure,
  }: { readonly loss?: unknown; readonly metrics?: object | undefined; readonly measure?: unknown },
): void {
  const names = Object.keys(metrics ?? {});
  if (!loss && names.length === 0) {
    throw new ArgumentError(owner, 'metrics', undefined, {
      sentence: 'there is neither a loss nor a metric; expected at least one of them',
    });
  }
  if (names.length > 0 && !measure) {
    throw new ArgumentError(owner, 'measure', undefined, {
      sentence: `measure is left out; expected a function that gives the metrics ${names.join(', ')} what they take`,
    });
  }
  if (loss && names.includes('loss')) {
    throw new ArgumentError(
      owner,
      'metrics',
      "have one named 'loss', which the loss is named; expected another name",
    );
  }
}

/** Runs `f` to its end with the model in evaluation mode, then restores each module's mode. */
async function inEvaluation(model: Module, f: () => Promise<void>): Promise<void> {
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.eval();
  try {
    await f();
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}

function figuresOf(metrics: Metrics): Record<string, number> {
  const figures = Object.entries(metrics).flatMap(([name, metric]) => {
    const figure = metric.compute();
    if (typeof figure === 'number') return [[name, figure] as const];
    return Object.entries(figure).map(([part, value]) => [`${name}.${part}`, value] as const);
  });
  return Object.fromEntries(figures);
}
