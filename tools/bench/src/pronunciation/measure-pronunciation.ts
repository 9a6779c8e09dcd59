import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  codecsOf,
  loadCorpus,
  type PronunciationCodecs,
  type PronunciationCorpus,
  pronunciationErrors,
} from '@unroll-apps/recipes/pronunciation';
import { markdownTable } from 'markdown-table';
import { AnsweringProcess } from '../driver/answering-process.ts';
import { pytorchColumn } from '../driver/column.ts';
import { machine } from '../driver/machine.ts';
import { fairEnvironment } from '../pytorch/fair-environment.ts';
import { findPython } from '../pytorch/find-python.ts';
import { summarise } from '../statistics.ts';
import type { Answers, Question } from './questions.ts';
import { writeBatches } from './recipe-batches.ts';

const THREADS = 2;
/** Number of epochs of batches that PyTorch gets for a minute of training. It does not use all of them. */
const EPOCHS_A_MINUTE = 4;
/** After this many steps, recurring shapes have occurred twice and are captured. */
const WARM_UP = 400;
const STEPS_OF_A_TURN = 25;

export interface PronunciationOptions {
  readonly rounds: number;
  /** Number of trainings of each library, with seeds 1, 2, … */
  readonly seeds: number;
  readonly minutes: number;
}

/** A library that trains the recipe's model in its own process. */
class TrainingProcess {
  readonly #process: AnsweringProcess;

  constructor(command: readonly [string, ...string[]]) {
    this.#process = new AnsweringProcess(command, fairEnvironment(process.env), 'inherit');
  }

  async ask<Kind extends keyof Answers>(
    question: Extract<Question, Record<Kind, unknown>>,
  ): Promise<Answers[Kind]> {
    const answer = (await this.#process.ask(question)) as Answers[Kind] | undefined;
    if (answer) return answer;
    throw new Error('bench: a process that trains ended without an answer');
  }

  stop(): void {
    this.#process.stop();
  }
}

type Start = (seed: number) => Promise<TrainingProcess>;

/** How each library is started: ours by the recipe itself, PyTorch with a file of the recipe's batches. */
function libraries(
  corpus: PronunciationCorpus,
  codecs: PronunciationCodecs,
  folder: string,
  minutes: number,
): Record<string, Start> {
  const program = fileURLToPath(new URL('./recipe-process.js', import.meta.url));
  const script = fileURLToPath(new URL('../peers/pytorch_pronunciation.py', import.meta.url));
  const python = findPython();
  const ours: Start = async (seed) =>
    new TrainingProcess([process.execPath, program, String(THREADS), String(seed)]);
  if (!python) {
    console.error('No Python here imports torch; PyTorch is left out.');
    return { 'unroll onnxruntime': ours };
  }
  return {
    'unroll onnxruntime': ours,
    PyTorch: async (seed) => {
      const file = join(folder, `batches-${seed}.jsonl`);
      await writeBatches(file, corpus, codecs, {
        seed,
        epochs: Math.max(1, Math.ceil(EPOCHS_A_MINUTE * minutes)),
      });
      return new TrainingProcess([python, script, String(THREADS), String(seed), file]);
    },
  };
}

/**
 * Compares the recipe pronunciation's short training with the same model and batches in PyTorch: words per second in
 * alternating turns, and the learnt results.
 */
export async function measurePronunciation(
  print: (line: string) => void,
  { rounds, seeds, minutes }: PronunciationOptions,
): Promise<void> {
  const { processor, instructions, cores, load, node } = machine();
  print(
    `${processor}, ${cores} cores, ${instructions}, Node ${node}; load of the minute before ${load.toFixed(1)}`,
  );
  const corpus = await loadCorpus();
  const codecs = codecsOf(corpus.train);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const started = libraries(corpus, codecs, folder, minutes);
    await measureSpeed(print, started, rounds);
    for (let seed = 1; seed <= seeds; seed++) {
      for (const [name, start] of Object.entries(started)) {
        print(`${name}, seed ${seed}: ${await learnt(await start(seed), corpus, codecs, minutes)}`);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureSpeed(
  print: (line: string) => void,
  started: Readonly<Record<string, Start>>,
  rounds: number,
): Promise<void> {
  const all = await Promise.all(
    Object.entries(started).map(async ([name, start]) => ({
      name,
      process: await start(1),
      milliseconds: [] as number[],
      words: 0,
    })),
  );
  for (const { name, process } of all) {
    const { parameters, pytorch } = await process.ask<'parameters'>({ parameters: true });
    print(`${name}: ${parameters} parameters`);
    if (!pytorch) continue;
    const { column, text, warnings } = pytorchColumn({ library: name, threads: THREADS }, pytorch);
    print(`${column.heading}: ${text}`);
    for (const warning of warnings) console.error(warning);
  }
  for (const { process } of all) await process.ask<'steps'>({ steps: WARM_UP });
  for (let round = 0; round < rounds; round++) {
    // The first library alternates, in case the order matters.
    for (const each of round % 2 === 0 ? all : all.toReversed()) {
      const { milliseconds, words } = await each.process.ask<'steps'>({ steps: STEPS_OF_A_TURN });
      each.milliseconds.push(...milliseconds);
      each.words += words;
    }
  }
  for (const { process } of all) process.stop();
  const rows = all.map(({ name, milliseconds, words }) => {
    const { median, quartiles } = summarise(milliseconds);
    const seconds = milliseconds.reduce((sum, each) => sum + each, 0) / 1000;
    return { name, median, quartiles, rate: words / seconds };
  });
  print(`\n${THREADS} threads, ${rounds} turns of ${STEPS_OF_A_TURN} steps\n`);
  print(
    markdownTable([
      ['', 'a step, ms (quartiles)', 'words/s', 'ours beside it, in words/s', 'by median steps'],
      ...rows.map(({ name, median, quartiles, rate }) => [
        name,
        `${median.toFixed(1)} (${quartiles.map((each) => each.toFixed(1)).join('–')})`,
        rate.toFixed(0),
        `${(rows[0]!.rate / rate).toFixed(2)}×`,
        `${(median / rows[0]!.median).toFixed(2)}×`,
      ]),
    ]),
  );
  print('');
}

async function learnt(
  training: TrainingProcess,
  { test }: PronunciationCorpus,
  codecs: PronunciationCodecs,
  minutes: number,
): Promise<string> {
  const { steps, words } = await training.ask<'seconds'>({ seconds: 60 * minutes });
  const { said } = await training.ask<'say'>({ say: test.map(({ word }) => codecs.letters.encode(word)) });
  training.stop();
  const { kept, stripped } = pronunciationErrors(
    said.map((numbers) => codecs.phonemes.vocabulary.decode([...numbers])),
    test,
  );
  const percent = (fraction: number) => (100 * fraction).toFixed(2);
  return (
    `${steps} steps, ${words} words; greedy, without stress PER ${percent(stripped.per)}, WER ${percent(stripped.wer)}; ` +
    `with stress ${percent(kept.per)}, ${percent(kept.wer)}`
  );
}
