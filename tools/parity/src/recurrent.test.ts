import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, readFixtures, shortList } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { makeLayer, passOf, type RecurrentOptions } from './recurrent-case.ts';
import { backendsAndBuilds } from './test-backends.ts';

function subject(testCase: Case<RecurrentOptions>): Subject {
  const layer = makeLayer(testCase.options).eval();
  const { variables, forward } = passOf(layer, testCase);
  return { variables: { ...variables, ...loadDrawnParameters(layer, testCase) }, forward };
}

const cases = readFixtures<Case<RecurrentOptions>>('recurrent.json');
const differences = new Differences('Recurrent layers');

afterAll(() => console.log(String(differences)));

describe.each(backendsAndBuilds)('on $title, recurrent layers equal PyTorch’s', ({ title, make, parts }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(shortList(cases, parts)))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });

  const least = Math.floor(300 / parts);
  it(`in at least ${least} configurations`, () => {
    expect(differences.configurations(title)).toBeGreaterThanOrEqual(least);
  });
});
