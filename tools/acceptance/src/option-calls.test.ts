import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as backend from '@unroll/backend';
import * as contract from '@unroll/backend/contract';
import { ArgumentError } from '@unroll/backend/errors';
import * as operations from '@unroll/backend/operations';
import * as backendCpu from '@unroll/backend-cpu';
import * as backendOnnxruntime from '@unroll/backend-onnxruntime';
import * as backendWebgpu from '@unroll/backend-webgpu';
import * as data from '@unroll/data';
import * as dataAudio from '@unroll/data/audio';
import * as dataCsv from '@unroll/data/csv';
import * as dataImages from '@unroll/data/images';
import * as dataTokenizerJson from '@unroll/data/tokenizer-json';
import * as models from '@unroll/models';
import * as nn from '@unroll/nn';
import * as optim from '@unroll/optim';
import * as seq2seq from '@unroll/seq2seq';
import * as train from '@unroll/train';
import * as trainMetrics from '@unroll/train/metrics';
import * as trainProgress from '@unroll/train/progress';
import * as trainTensorboard from '@unroll/train/tensorboard';
import * as trainWorker from '@unroll/train/worker';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OptionCall } from './option-call.ts';
import { optionCalls } from './option-calls.ts';
import { withoutOptions } from './without-options.ts';

const exported: Readonly<Record<string, object>> = {
  nn,
  'nn.init': nn.init,
  optim,
  seq2seq,
  models,
  backend,
  'backend/contract': contract,
  'backend/operations': operations,
  'backend-cpu': backendCpu,
  'backend-onnxruntime': backendOnnxruntime,
  'backend-webgpu': backendWebgpu,
  data,
  'data/audio': dataAudio,
  'data/csv': dataCsv,
  'data/images': dataImages,
  'data/tokenizer-json': dataTokenizerJson,
  train,
  'train/metrics': trainMetrics,
  'train/progress': trainProgress,
  'train/tensorboard': trainTensorboard,
  'train/worker': trainWorker,
};

beforeAll(async () => {
  await backend.useBackend(backend.tfjsBackend('cpu'));
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

/** A name that is not similar to the name of any option. */
const UNKNOWN = 'qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq';

const errorOf = async (call: () => unknown): Promise<Error | undefined> => {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  return undefined;
};

const messageOf = async (call: () => unknown): Promise<string> =>
  (await errorOf(call))?.message ?? 'no error';

const leastOf = ([, , least]: OptionCall) => (typeof least === 'function' ? least() : least);

/** Options whose value only the row itself can give. */
const given = ['params', 'schedulers', 'milestones'];

/** The names of all options. The error for an option that resembles none of them lists them. */
async function namesOf(row: OptionCall): Promise<string[]> {
  const [, call] = row;
  const least = leastOf(row);
  const message = await messageOf(() => call({ ...least, [UNKNOWN]: 1 }));
  expect(message).toContain(`: there is no option '${UNKNOWN}'; the options are `);
  return message.slice(message.indexOf('options are ') + 'options are '.length).split(', ');
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe.each(Object.entries(optionCalls))('%s', (_, rows) => {
  it.each(rows)('%s accepts only its required options, and undefined for all others', async (...row) => {
    const [, call] = row;
    const least = leastOf(row);
    await call({ ...least });
    const rest = (await namesOf(row)).filter((name) => !(name in least) && !given.includes(name));
    await call({ ...Object.fromEntries(rest.map((name) => [name, undefined])), ...least });
  });

  it.each(rows)(
    '%s throws for an unknown option, and suggests the right name for PyTorch’s',
    async (...row) => {
      const [owner, call] = row;
      const least = leastOf(row);
      for (const name of await namesOf(row)) {
        if (!/[A-Z]/.test(name)) continue;
        const snake = snakeCase(name);
        const message = await messageOf(() => call({ ...least, [snake]: 1 }));
        expect(message).toBe(`${owner}: there is no option '${snake}'; did you mean ${name}?`);
      }
    },
  );

  it.each(rows)('%s throws for a value of another kind, and names the option', async (...row) => {
    const [owner, call] = row;
    const least = leastOf(row);
    for (const name of await namesOf(row)) {
      const error = await errorOf(() => call({ ...least, [name]: Symbol('wrong') }));
      expect(error).toBeInstanceOf(ArgumentError);
      const { message, argument } = error as ArgumentError;
      expect(argument.replace(/\[\d+\]$/, '')).toBe(name);
      expect(message).toContain(owner.replace(/[.:].*/, ''));
      expect(message).toContain(name);
    }
  });
});

const wholeObjects = Object.entries(optionCalls)
  .filter(([group]) => group in exported)
  .flatMap(([, rows]) => rows)
  .filter(([name]) => name !== 'SequentialLR');

describe('options that are not an object', () => {
  it.each(wholeObjects)('make %s throw', async (owner, call) => {
    for (const wrong of [3, 'sum', null, [1], true, () => 1, new Map(), tf.scalar(1)]) {
      const message = await messageOf(() => call(wrong as object));
      expect(message).toMatch(new RegExp(`^${owner}: options is .*; expected an object with options: `));
    }
  });
});

describe('every export', () => {
  it.each(Object.entries(exported))('of %s either is in the table or takes no options', (name, exports) => {
    const functions = Object.entries(exports).filter(([, value]) => typeof value === 'function');
    const listed = [...optionCalls[name]!.map(([owner]) => owner), ...withoutOptions[name]!];
    expect(functions.map(([key]) => key).filter((key) => !listed.includes(key))).toEqual([]);
  });
});
