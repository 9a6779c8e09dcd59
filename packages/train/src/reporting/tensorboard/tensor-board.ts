import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import type { StepEvent, TrainingEvent } from '../../events.ts';
import type { Reporter } from '../reporter.ts';
import { type EventSink, TensorBoardWriter } from './tensor-board-writer.ts';

export interface TensorBoardOptions {
  /** Draw every nth update. Default 1: each. */
  every?: number | undefined;
}

const kinds = { every: kind.whole(1) };
const isTarget = kind.required({
  expected: 'a folder, a function that takes bytes, or a TensorBoardWriter',
  fits: (value) => kind.text.fits(value) || kind.func.fits(value) || value instanceof TensorBoardWriter,
});

/**
 * Draws a run in TensorBoard: `loss/train`, `loss/epoch`, `validation/<name>`, `lr`, `gradNorm`, `throughput/steps` and
 * `throughput/weight` (per second; tokens, if the batches' weights are tokens). Under `log` it writes skipped batches,
 * warnings and the end as text. A resumed run writes a new file, and TensorBoard hides what older files have after the
 * checkpoint.
 *
 * @param target a folder (Node only), a function that receives the event file's bytes, or a writer to which the program
 *   adds events of its own
 * @throws TypeError for a folder when there is no file system
 *
 * @example
 * const reporter = tensorBoard('runs/names'); // then: tensorboard --logdir runs
 */
export function tensorBoard(
  target: string | EventSink | TensorBoardWriter,
  options: TensorBoardOptions = {},
): Reporter {
  const { every = 1 } = checkOptions('tensorBoard', options, kinds);
  checkValue('tensorBoard', 'target', target, isTarget);
  const writer = target instanceof TensorBoardWriter ? target : new TensorBoardWriter(target);
  return {
    async report(event) {
      if (event.type === 'step') {
        if (event.step % every === 0) drawStep(writer, event);
        return;
      }
      draw(writer, event);
      await writer.flush();
    },
    close: () => writer.close(),
  };
}

function drawStep(writer: TensorBoardWriter, { loss, lr, gradNorm, seconds, weight, step }: StepEvent): void {
  writer.addScalar('loss/train', loss, step);
  writer.addScalar('lr', lr, step);
  writer.addScalar('gradNorm', gradNorm, step);
  if (seconds === 0) return;
  writer.addScalar('throughput/steps', 1 / seconds, step);
  writer.addScalar('throughput/weight', weight / seconds, step);
}

function draw(writer: TensorBoardWriter, event: Exclude<TrainingEvent, StepEvent>): void {
  const { type, step } = event;
  if (type === 'start' && event.resumedFrom !== undefined) writer.purge(step + 1);
  if (type === 'epoch') writer.addScalar('loss/epoch', event.loss, step);
  if (type === 'validation') {
    for (const [name, value] of Object.entries(event.values))
      writer.addScalar(`validation/${name}`, value, step);
  }
  if (type === 'skip') writer.addText('log', `batch ${event.batch} was skipped: ${event.reason}`, step);
  if (type === 'warning' || type === 'end') writer.addText('log', event.message, step);
}
