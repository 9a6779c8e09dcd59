import { capabilities, useBackend } from '@unroll/backend';
import { splitByRatio, toArray } from '@unroll/data';
import * as nn from '@unroll/nn';
import { progress } from '@unroll/train/progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { backendChoices, backendsFor } from './backends.ts';
import { accuracyOf, lastLettersNaiveBayes, majorityClass } from './baselines.ts';
import { showShapes } from './example.ts';
import { learnNames } from './learn-names.ts';
import { NameClassifier } from './name-classifier.ts';
import { nameCodec } from './name-codec.ts';
import { CLASSES, loadNameLists } from './name-lists.ts';
import { percent } from './percent.ts';
import { answers, takeQuestions } from './questions.ts';

interface Options {
  backend?: string;
  threads?: number;
  epochs: number;
  hidden: number;
  layers: number;
  batchSize: number;
  lr: number;
  seed: number;
  checkpoints?: string;
}

const HELD_OUT = 0.15;
/** Names of neither list, for which the model has to go by the letters, and one of both. */
const EXAMPLES = ['Gulsara', 'Zoltar', 'Mirelda', 'Thorvik', 'Evelyn'];

function atLeast(minimum: number, kind: 'whole' | 'any'): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = kind === 'whole' ? Number.isInteger(value) && value >= minimum : value > minimum;
    if (!fits) {
      const expected =
        kind === 'whole' ? `a whole number of at least ${minimum}` : `a number above ${minimum}`;
      throw new InvalidArgumentError(`expected ${expected}.`);
    }
    return value;
  };
}

const program = new Command('names')
  .description(
    'Learns to tell lists of female and male first names apart, then answers names from the terminal or a pipe.',
  )
  .addOption(
    new Option(
      '--backend <name>',
      'where to compute; default: the first of the choices that loads here',
    ).choices(Object.keys(backendChoices)),
  )
  .option('--threads <n>', 'threads of the backend; default: as many as the machine has', atLeast(1, 'whole'))
  .option('--epochs <n>', 'times through the names', atLeast(1, 'whole'), 20)
  .option('--hidden <n>', 'features of the hidden state', atLeast(1, 'whole'), 64)
  .option('--layers <n>', 'layers of the LSTM', atLeast(1, 'whole'), 1)
  .option('--batch-size <n>', 'names in a batch', atLeast(1, 'whole'), 64)
  .option('--lr <x>', 'highest learning rate', atLeast(0, 'any'), 0.01)
  .option('--seed <n>', 'seed of the split, the weights and the order', atLeast(0, 'whole'), 1)
  .option(
    '--checkpoints <folder>',
    'where checkpoints are kept; the same again goes on from them; default: none are kept',
  )
  .action(run);

const print = (line: string) => console.log(line);

async function run(options: Options): Promise<void> {
  const { threads, epochs, seed } = options;
  const { name: backend } = await useBackend(
    backendsFor(options.backend, threads === undefined ? {} : { threads }),
  );
  const { threads: inUse } = capabilities();
  nn.manualSeed(seed);
  showShapes(print);

  const { labelled, ambiguous } = loadNameLists();
  const parts = splitByRatio(labelled, { heldOut: HELD_OUT, train: 1 - HELD_OUT }, { seed });
  const names = { train: await toArray(parts.train), heldOut: await toArray(parts.heldOut) };
  const counts = CLASSES.map(
    (kind, label) => `${labelled.filter((name) => name.label === label).length} ${kind}`,
  );
  print(`\nFirst names: ${counts.join(' and ')}; ${ambiguous.size} that are in both lists are left out.`);
  print(`${names.train.length} to learn from, ${names.heldOut.length} held out (seed ${seed}).`);
  const majority = accuracyOf(majorityClass(names.train), names.heldOut);
  const bayes = accuracyOf(lastLettersNaiveBayes(names.train), names.heldOut);

  const codec = nameCodec(names.train);
  using model = new NameClassifier({
    characters: codec.size,
    embeddingDim: 32,
    hiddenSize: options.hidden,
    numLayers: options.layers,
    dropout: 0.3,
  });
  const parameters = model.parameters().reduce((total, { size }) => total + size, 0);
  const threadsText = `${inUse} thread${inUse === 1 ? '' : 's'}`;
  print(`\nTraining a bidirectional LSTM of ${parameters} parameters on ${backend}, ${threadsText}:`);
  const start = performance.now();
  const figures = { accuracy: (value: number) => `held-out ${percent(value)}` };
  const { reason, values } = await learnNames(model, codec, names, {
    epochs,
    batchSize: options.batchSize,
    maxLr: options.lr,
    seed,
    checkpoints: options.checkpoints,
    reporters: [progress({ stream: process.stdout, unit: 'names', figures })],
  });
  if (reason === 'interrupted') {
    process.exitCode = 130;
    return;
  }
  const seconds = (performance.now() - start) / 1000;

  print(`\nHeld-out accuracy, after ${seconds.toFixed(1)} s:`);
  print(`  majority class             ${percent(majority)}`);
  print(`  naive Bayes, last letters  ${percent(bayes)}`);
  print(`  bidirectional LSTM         ${percent(values.accuracy!)}\n`);

  const answer = answers(async (name) => (await model.classify([codec.encode(name)]))[0]!, ambiguous);
  for (const name of EXAMPLES) print(await answer(name));
  await takeQuestions(answer, process.stdin, process.stdout);
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(`names: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
