import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type DataType, memory, variable, zeros } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { answerOf, type Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { readSafetensors } from '@unroll/safetensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Differences } from './differences.ts';
import { byName, inputTensor, readFixtures } from './fixture.ts';
import { bitsOf } from './stored-bits.ts';
import { backends } from './test-backends.ts';
import { weightModels } from './weight-models.ts';

const cases = readFixtures<Case<{ kind: string }>>('weights.json');
const pathOf = ({ options: { kind } }: Case<{ kind: string }>) =>
  fileURLToPath(new URL(`../fixtures/weights-${kind}.safetensors`, import.meta.url));

/** A module with one parameter for each tensor of a file. */
class Parameters extends nn.Module {
  constructor(tensors: Iterable<readonly [string, { readonly shape: readonly number[] }]>, dtype: DataType) {
    super();
    for (const [name, { shape }] of tensors) this.registerParameter(name, variable(zeros([...shape], dtype)));
  }

  forward() {}
}

const differences = new Differences('Weights');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, a file that PyTorch wrote', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(cases.filter(({ options }) => options.kind in weightModels)))(
    '%s is loaded by path and by bytes, bit by bit, and answers as in PyTorch',
    async (_, testCase) => {
      const path = pathOf(testCase);
      const { tensors } = readSafetensors(await readFile(path));
      const before = memory().numTensors;
      for (const source of [path, await readFile(path)]) {
        const { module, answers } = weightModels[testCase.options.kind]!();
        expect(await nn.load(module, source)).toEqual({ missingKeys: [], unexpectedKeys: [] });
        const again = readSafetensors(await nn.save(module));
        expect(new Set(again.tensors.keys())).toEqual(new Set(tensors.keys()));
        for (const [name, tensor] of tensors)
          expect(bitsOf(again.tensors.get(name)!)).toEqual(bitsOf(tensor));
        const input = inputTensor('input' in testCase.inputs ? 'input' : 'indices', testCase);
        const outputs = answers(input);
        for (const [what, answer] of Object.entries(testCase.expected)) {
          const at = { backend: title, configuration: testCase.name, pass: 'forward', what } as const;
          differences.expectClose(at, await outputs[what]!.data(), answerOf(answer).values);
        }
        for (const tensor of [input, ...Object.values(outputs)]) tensor.dispose();
        module.dispose();
      }
      expect(memory().numTensors).toBe(before);
    },
  );

  it('with any dtype becomes float32 as by PyTorch’s copy_', async () => {
    const testCase = cases.find(({ options }) => options.kind === 'dtypes')!;
    const { tensors } = readSafetensors(await readFile(pathOf(testCase)));
    const module = new Parameters(tensors, 'float32');
    await nn.load(module, pathOf(testCase));
    const loaded = readSafetensors(await nn.save(module)).tensors;
    expect(new Set(loaded.keys())).toEqual(new Set(Object.keys(testCase.expected)));
    for (const [name, answer] of Object.entries(testCase.expected)) {
      expect([name, [...loaded.get(name)!.data]]).toEqual([name, Array.from(answerOf(answer).values)]);
    }
    module.dispose();
  });
});

it('a file that PyTorch wrote contains every dtype of PyTorch', async () => {
  const { tensors } = readSafetensors(
    await readFile(pathOf(cases.find(({ options }) => options.kind === 'dtypes')!)),
  );
  const dtypes = [...tensors.values()].map(({ dtype }) => dtype);
  expect(new Set(dtypes)).toEqual(
    new Set(['F64', 'F32', 'F16', 'BF16', 'I64', 'I32', 'I16', 'I8', 'U8', 'BOOL']),
  );
  expect(tensors.get('i64')!.data).toEqual(new BigInt64Array([-(2n ** 53n), 2n ** 24n + 1n, 2n ** 62n]));
  expect(tensors.get('bool')!.data).toEqual(new Uint8Array([1, 0]));
  expect(tensors.get('empty')!.shape).toEqual([2, 0, 3]);
});
