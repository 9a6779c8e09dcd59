import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as data from '@unroll/data';
import * as models from '@unroll/models';
import * as nn from '@unroll/nn';
import * as optim from '@unroll/optim';
import * as seq2seq from '@unroll/seq2seq';
import * as train from '@unroll/train';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { nnCalls } from './nn-calls.ts';

beforeAll(async () => {
  await useBackend(cpu());
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

/** Values of every kind, of which a function expects few. */
const values: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  '3': () => 3,
  NaN: () => Number.NaN,
  "'a'": () => 'a',
  '{}': () => ({}),
  '[]': () => [],
  'a function': () => () => {},
  'a tensor': () => tf.ones([2, 3]),
  'an int32 tensor': () => tf.ones([2, 3], 'int32'),
  'a scalar': () => tf.scalar(1),
};

/** What JavaScript itself says of a value that nobody has checked. */
const isRaw = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

/** Abstract classes, and errors, which programs do not make. */
const ABSTRACT = ['Optimizer', 'Module', 'Cell', 'LRScheduler'];

async function rawErrorsOf(name: string, call: (...args: unknown[]) => unknown): Promise<string[]> {
  const raw: string[] = [];
  const tryWith = async (...given: string[]) => {
    try {
      const result: unknown = call(...given.map((each) => values[each]!()));
      if (result instanceof Promise) await Promise.race([result, new Promise((end) => setTimeout(end, 50))]);
    } catch (error) {
      if (isRaw(error)) raw.push(`${name}(${given.join(', ')}): ${(error as Error).message}`);
    }
  };
  await tryWith();
  for (const first of Object.keys(values)) {
    await tryWith(first);
    for (const second of Object.keys(values)) await tryWith(first, second);
  }
  return raw;
}

type Call = (...args: unknown[]) => unknown;
type Constructor = new (...args: unknown[]) => unknown;

const isClass = (value: Call): boolean => /^class\b/.test(Function.prototype.toString.call(value));

/** The functions and classes of a package, namespaces such as `nn.init` included. */
function callsOf(exports: object): [name: string, call: Call][] {
  return Object.entries(exports).flatMap(([name, value]): [string, Call][] => {
    if (typeof value === 'object' && value !== null && !Object.hasOwn(value, 'constructor')) {
      return value[Symbol.toStringTag] === 'Module'
        ? callsOf(value).map(([inner, call]) => [`${name}.${inner}`, call])
        : [];
    }
    if (typeof value !== 'function' || ABSTRACT.includes(name) || name.endsWith('Error')) return [];
    if (!isClass(value)) return [[name, value]];
    return [[`new ${name}`, (...args) => new (value as Constructor)(...args)]];
  });
}

const packages = { nn, optim, seq2seq, models, train, data };

describe.each(Object.entries(packages))('@unroll/%s', (_, exports) => {
  it.each(callsOf(exports))(
    '%s, given values of any kind, never fails in JavaScript’s own words',
    async (name, call) => {
      expect(await rawErrorsOf(name, call)).toEqual([]);
    },
  );
});

describe('the forward of a module', () => {
  const layers = new Map<string, unknown>(Object.entries(nn));
  const modules = nnCalls.flatMap(([name, make, least]) => {
    const layer = layers.get(name);
    const isModule = typeof layer === 'function' && layer.prototype instanceof nn.Module;
    const made = () => make(typeof least === 'function' ? least() : least) as nn.Module;
    return isModule ? [[name, made] as const] : [];
  });

  it.each(modules)(
    '%s, given values of any kind, never fails in JavaScript’s own words',
    async (name, make) => {
      const module = make();
      if (typeof module.forward !== 'function') return;
      expect(await rawErrorsOf(`${name}.forward`, (...args) => module.forward(...(args as never[])))).toEqual(
        [],
      );
    },
  );
});
