import type { Tensor } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputTensor, inputVariable, readFixtures } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { makeSeq2Seq, type Seq2SeqConfiguration } from './make-seq2seq.ts';
import { backends } from './test-backends.ts';

function subject(testCase: Case<Seq2SeqConfiguration>): Subject {
  const { options } = testCase;
  const model = makeSeq2Seq(options);
  const parameters = loadDrawnParameters(model, testCase);
  const vector = options.vector > 0 ? { source: inputVariable('source', testCase) } : undefined;
  const source: Tensor = vector?.source ?? inputTensor('source', testCase);
  const target = inputTensor('target', testCase);
  const { labelSmoothing, coverageWeight } = options;
  const sourceLengths = options.ragged && !vector ? [5, 2, 3] : undefined;
  const teacherForcing = options.forcing ? 1 : 0;
  return {
    variables: { ...parameters, ...vector },
    forward: () => {
      const { scores, attention } = model.forward(source, target, { sourceLengths, teacherForcing });
      const loss = model.loss(source, target, {
        sourceLengths,
        teacherForcing,
        labelSmoothing,
        coverageWeight: Number(coverageWeight),
      });
      return attention ? { scores, loss, attention } : { scores, loss };
    },
    dispose: () => {
      target.dispose();
      if (!vector) source.dispose();
    },
  };
}

const differences = new Differences('Seq2Seq');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, encoder-decoders equal PyTorch’s', ({ title, make }) => {
  const cases = readFixtures<Case<Seq2SeqConfiguration>>('seq2seq.json');

  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(cases))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });

  it('have all been compared', () => {
    expect(differences.configurations(title)).toBe(cases.length);
  });
});
