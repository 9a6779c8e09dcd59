import * as nn from '@unroll/nn';
import { type Metrics, Trainer, type TrainerOptions } from '@unroll/train';
import { codecOf, type LabelledName, NameClassifier, nameTraining } from '@unroll-apps/recipes/names';
import { codecsOf, type TaggedSentence, tagger, taggingTraining } from '@unroll-apps/recipes/tagging';

/** A sample of a corpus, and how many updates to train for. */
export interface Sample<T> {
  readonly train: readonly T[];
  readonly heldOut: readonly T[];
  readonly steps: number;
}

export interface RecipeReport {
  /** The loss of each update */
  losses: number[];
  /** The accuracy on what is held out */
  accuracy: number;
}

/** Trains for some updates, then disposes the model. An average of so few updates' weights would be one of beginners. */
async function report<Batch, Judged extends Metrics>(
  { epochs: _epochs, average: _average, validation, ...training }: TrainerOptions<Batch, Judged>,
  steps: number,
  losses: number[],
): Promise<RecipeReport> {
  using _model = training.model;
  using _optimizer = training.optimizer;
  const { values } = await new Trainer<Batch, Judged>({
    ...training,
    steps,
    ...(validation && { validation: { ...validation, every: { steps } } }),
    reporters: [
      (event) => {
        if (event.type === 'step') losses.push(event.loss);
      },
    ],
  }).fit();
  return { losses, accuracy: values.accuracy! };
}

/** The recipe `names` on a sample, on the backend in use. */
async function learnNames({ train, heldOut, steps }: Sample<LabelledName>): Promise<RecipeReport> {
  nn.manualSeed(1);
  const codec = codecOf(train);
  const sizes = { embeddingDim: 32, hiddenSize: 64, numLayers: 1, dropout: 0.3 };
  const model = new NameClassifier({ characters: codec.size, ...sizes });
  const training = await nameTraining(model, codec, { train, heldOut }, { seed: 1 });
  return await report(training, steps, []);
}

/** The recipe `tagging` on a sample, on the backend in use. */
async function learnTags({ train, heldOut, steps }: Sample<TaggedSentence>): Promise<RecipeReport> {
  nn.manualSeed(1);
  const codecs = codecsOf(train);
  const model = tagger(codecs);
  const losses: number[] = [];
  const fractionDone = () => losses.length / steps;
  const corpus = { train, test: heldOut };
  return await report(
    taggingTraining(model, codecs, corpus, { seed: 1, epochs: 1, fractionDone }),
    steps,
    losses,
  );
}

/** Recipes of apps/recipes, without what they need of Node. */
export const recipeRuns = { names: learnNames, tagging: learnTags };
