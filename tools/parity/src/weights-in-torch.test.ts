import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import {
  readSafetensors,
  type StoredTensor,
  toBFloat16,
  toFloat16,
  toFloat32,
  writeSafetensorsFile,
} from '@unroll/safetensors';
import { expect, it } from 'vitest';
import { Differences } from './differences.ts';
import { inputTensor, readFixtures } from './fixture.ts';
import { bitsOf } from './stored-bits.ts';
import { backends } from './test-backends.ts';
import { weightModels } from './weight-models.ts';

/** Debian's Python, which also writes the fixtures. */
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('../python/load_weights.py', import.meta.url));
const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0;

const cases = readFixtures<Case<{ kind: string }>>('weights.json');
const f32 = (data: Float32Array): StoredTensor => ({ dtype: 'F32', shape: [data.length], data });

/**
 * Saves a new model of each kind on the current backend. Returns a function that compares it with PyTorch's results.
 */
async function saveModels(folder: string, backend: string, number: number): Promise<(() => Promise<void>)[]> {
  const comparisons: (() => Promise<void>)[] = [];
  for (const [kind, make] of Object.entries(weightModels)) {
    const { module, answers } = make();
    const file = join(folder, `${kind}-${number}`);
    await nn.save(module, file);
    const testCase = cases.find(({ options }) => options.kind === kind)!;
    const outputs = answers(inputTensor('input' in testCase.inputs ? 'input' : 'indices', testCase));
    const values = await Promise.all(
      Object.entries(outputs).map(async ([what, output]) => [what, await output.data()] as const),
    );
    comparisons.push(async () => {
      const saved = readSafetensors(await readFile(file)).tensors;
      const { tensors } = readSafetensors(await readFile(`${file}-torch`));
      expect(tensors.size).toBe(saved.size + values.length);
      for (const [name, tensor] of saved) expect(bitsOf(tensors.get(name)!)).toEqual(bitsOf(tensor));
      const differences = new Differences('Saved weights');
      for (const [what, actual] of values) {
        const at = { backend, configuration: kind, pass: 'forward', what } as const;
        differences.expectClose(at, actual, toFloat32(tensors.get(`answer ${what}`) as never));
      }
    });
  }
  return comparisons;
}

/** Writes half floats, all values and rounded floats, as numbers and as bits. */
async function writeHalves(folder: string): Promise<void> {
  const random = new nn.RandomGenerator(3);
  const words = Uint32Array.from({ length: 200_000 }, () => random.uniform() * 2 ** 32);
  // Every third word is in the range of half floats, and many are half-way between two of them.
  for (let i = 0; i < words.length; i += 3) {
    words[i] = (0x33000000 + ((words[i]! >>> 1) % 0x14800000)) & ~(i % 2 ? 0x7ff : 0xfff);
  }
  const floats = new Float32Array(words.buffer);
  const halves = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
  const every = { dtype: 'F16', shape: [halves.length], data: halves } as const;
  const everyBrain = { ...every, dtype: 'BF16' } as const;
  await writeSafetensorsFile(join(folder, 'halves'), {
    floats: f32(floats),
    'floats as f16': { dtype: 'F16', shape: [floats.length], data: toFloat16(floats) },
    'floats as bf16': { dtype: 'BF16', shape: [floats.length], data: toBFloat16(floats) },
    'every f16': every,
    'every f16 as f32': f32(toFloat32(every)),
    'every bf16': everyBrain,
    'every bf16 as f32': f32(toFloat32(everyBrain)),
  });
}

it('PyTorch loads files from any backend bit by bit, with equal answers, and half floats equal its own', async (context) => {
  if (!hasTorch) {
    context.skip('there is no /usr/bin/python3 with PyTorch here; weights.test.ts reads what one wrote');
  }
  const folder = await mkdtemp(join(tmpdir(), 'weights-'));
  try {
    const comparisons: (() => Promise<void>)[] = [];
    for (const [number, { title, make }] of backends.entries()) {
      await useBackend(make());
      comparisons.push(...(await saveModels(folder, title, number)));
    }
    await writeHalves(folder);
    const { status, stderr } = spawnSync(python, ['-B', script, folder], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(comparisons).toHaveLength(backends.length * Object.keys(weightModels).length);
    for (const compare of comparisons) await compare();
  } finally {
    await rm(folder, { recursive: true });
  }
});
