import { createInterface } from 'node:readline';
import { useBackend } from '@unroll/backend';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { type Budget, budget, type StepEvent, Trainer, type TrainingEvent } from '@unroll/train';
import {
  codecsOf,
  loadCorpus,
  Pronouncer,
  pronunciationTraining,
  SHORT,
} from '@unroll-apps/recipes/pronunciation';
import type { Answers, Question } from './questions.ts';

// The recipe's own training as a process that answers questions: `node recipe-process.js 2 1`, for threads and seed.
const [threads, seed] = process.argv.slice(2);
await useBackend(onnxruntime({ threads: Number(threads) }));
nn.manualSeed(Number(seed));
const corpus = await loadCorpus();
const codecs = codecsOf(corpus.train);
const model = new Pronouncer({ codecs, ...SHORT });

/** The recipe's trainer, with the given reporters. */
function trainerOf(
  fractionDone: () => number,
  options: { stopping?: Budget },
  onStep: (step: StepEvent) => void,
) {
  const report = (event: TrainingEvent) => {
    if (event.type === 'step') onStep(event);
  };
  const size = { ...SHORT, validateEvery: Number.MAX_SAFE_INTEGER };
  const training = pronunciationTraining(model, codecs, corpus, { size, seed: Number(seed), fractionDone });
  return new Trainer({ ...training, epochs: 1000, ...options, reporters: [report], interruptible: false });
}

/** The steps made in this turn, and a callback for when there are enough */
const turn = { steps: 0, events: [] as StepEvent[], end: () => {} };
let inTurns: ReturnType<typeof trainerOf> | undefined;

/** Resumes a training that pauses after some updates. */
async function timedSteps(steps: number): Promise<Answers['steps']> {
  const ended = new Promise<void>((resolve) => {
    Object.assign(turn, { steps, events: [], end: resolve });
  });
  if (inTurns) {
    inTurns.resume();
  } else {
    inTurns = trainerOf(
      () => 0,
      {},
      (event) => {
        turn.events.push(event);
        if (turn.events.length < turn.steps) return;
        inTurns?.pause();
        turn.end();
      },
    );
    void inTurns.fit();
  }
  await ended;
  return {
    milliseconds: turn.events.map(({ seconds }) => 1000 * seconds),
    words: turn.events.reduce((sum, { weight }) => sum + weight, 0),
  };
}

async function timedTraining(seconds: number): Promise<Answers['seconds']> {
  const limit = budget({ seconds });
  let words = 0;
  const trainer = trainerOf(
    () => limit.fraction,
    { stopping: limit },
    ({ weight }) => {
      words += weight;
    },
  );
  const { step } = await trainer.fit();
  return { steps: step, words };
}

async function say(letters: readonly (readonly number[])[]): Promise<Answers['say']> {
  const words = letters.map((numbers) => codecs.letters.decode(numbers));
  const said = await model.say(words, 1);
  return { said: said.map((phonemes) => codecs.phonemes.encode(phonemes.join(' '), { specials: false })) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as Question;
  const answer =
    'steps' in question
      ? await timedSteps(question.steps)
      : 'seconds' in question
        ? await timedTraining(question.seconds)
        : 'say' in question
          ? await say(question.say)
          : { parameters: model.numParameters() };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();
