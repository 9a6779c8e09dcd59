import { inspect } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { moduleTexts } from '../test/module-texts.ts';
import * as nn from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('the text of a module', () => {
  const isModule = (value: unknown) =>
    typeof value === 'function' &&
    value.prototype instanceof nn.Module &&
    ![nn.Module, nn.Cell].includes(value as never);
  const modules = Object.entries(nn).filter(([, value]) => isModule(value));

  it.each(modules)('%s shows its options', (name) => {
    const cases = Object.hasOwn(moduleTexts, name) ? moduleTexts[name]! : [];
    expect(cases.length).toBeGreaterThan(0);
    for (const [make, text] of cases) {
      using module = make();
      expect(String(module).replace(/, \d+ parameters?$/, '')).toBe(text);
    }
  });
});

const linear = (features = 4) => new nn.Linear({ inFeatures: features, outFeatures: features });

describe('the text of a model', () => {
  it('is what console.log prints in Node', () => {
    using model = new nn.Sequential(linear(), new nn.Tanh());
    expect(inspect(model)).toBe(String(model));
    expect(inspect({ model })).toContain('Sequential(');
  });

  it('is a tree with the parameters of each module, and equal neighbours share a line', () => {
    class Tagger extends nn.Module {
      readonly embedding = new nn.Embedding({ numEmbeddings: 1000, embeddingDim: 4 });
      readonly layers = new nn.ModuleList([linear(), linear(), linear(), linear(2), linear()]);
      readonly head = new nn.Sequential(new nn.Dropout(), new nn.Dropout(), new nn.Tanh());
      forward() {}
    }
    using model = new Tagger();
    expect(`${model}`).toBe(`Tagger(
  (embedding): Embedding(1000, 4), 4,000 parameters
  (layers): ModuleList(
    (0-2): 3 x Linear(inFeatures=4, outFeatures=4, bias=true), 20 parameters each
    (3): Linear(inFeatures=2, outFeatures=2, bias=true), 6 parameters
    (4): Linear(inFeatures=4, outFeatures=4, bias=true), 20 parameters
  ), 86 parameters
  (head): Sequential(
    (0-1): 2 x Dropout(p=0.5)
    (2): Tanh()
  )
), 4,086 parameters`);
  });

  it('shows the extraRepr of a user’s module above its children', () => {
    class Own extends nn.Module {
      readonly scale = tf.tidy(() => tf.variable(tf.scalar(1)));
      forward() {}
    }
    class Told extends Own {
      readonly norm = new nn.LayerNorm({ normalizedShape: 1, elementwiseAffine: false });
      override extraRepr() {
        return 'scaled=true\nshifted=false';
      }
    }
    using own = new Own();
    using told = new Told();
    expect(String(own)).toBe('Own(), 1 parameter');
    expect(String(told)).toBe(`Told(
  scaled=true
  shifted=false
  (norm): LayerNorm([1], eps=0.00001, elementwiseAffine=false)
), 1 parameter`);
  });

  it('ends where modules form a cycle, and shows a shared module in each place but counts it once', () => {
    class Node extends nn.Module {
      readonly first = linear(1);
      readonly second = this.first;
      readonly self: nn.Module = this;
      readonly child = new nn.ModuleDict<nn.Module>({ parent: this });
      forward() {}
    }
    using node = new Node();
    const text = '1, outFeatures=1, bias=true), 2 parameters';
    expect(String(node)).toBe(`Node(
  (first): Linear(inFeatures=${text}
  (second): Linear(inFeatures=${text}
  (child): ModuleDict(), 2 parameters
), 2 parameters`);
  });
});
