import type { Comparison } from '../comparison.ts';
import { tokenF1 } from '../measures/token-f1.ts';
import { percent } from '../terminal/words.ts';

type Caption = readonly string[];

/** The figures of a validation: the share of captions that are right as a whole, and the mean F1 of their words */
export type CaptionFigures = Readonly<Record<'exact' | 'f1', number>>;

/**
 * The figures of a model beside those of baselines that give every picture the same caption.
 *
 * @param baselines the caption of each, chosen from those of the training part
 * @param captions those of the training part, and of the test
 */
export function captionComparisons(
  baselines: Readonly<Record<string, (learnt: readonly Caption[]) => Caption>>,
  { learnt, wanted }: Readonly<Record<'learnt' | 'wanted', readonly Caption[]>>,
  { exact, f1 }: CaptionFigures,
): Comparison[] {
  const constant = Object.entries(baselines).map(
    ([name, choose]) => [name, new Array<Caption>(wanted.length).fill(choose(learnt))] as const,
  );
  const figuresBy = (measure: (said: readonly Caption[]) => number) =>
    Object.fromEntries(constant.map(([name, said]) => [name, measure(said)]));
  const isRight = (caption: Caption, i: number) => caption.join(' ') === wanted[i]!.join(' ');
  const model = 'convolutions and LSTM, greedy';
  return [
    {
      title: 'Captions of the test pictures that are right as a whole',
      format: percent,
      figures: { ...figuresBy((said) => said.filter(isRight).length / said.length), [model]: exact },
    },
    {
      title: 'F1 of the words of a caption, mean over the test pictures',
      format: percent,
      figures: { ...figuresBy((said) => tokenF1(said, wanted)), [model]: f1 },
    },
  ];
}
