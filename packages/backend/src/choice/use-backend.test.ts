import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { AsynchronousBackend, fake } from '../../test/fake-backend.ts';
import { tfjsBackend } from './tfjs-backend.ts';
import { backends, capabilities, useBackend } from './use-backend.ts';

describe('useBackend', () => {
  it('moves live variables there and back by asynchronous reads', async () => {
    const variable = tf.variable(tf.tensor2d([[1, 2.5]]));
    const counter = tf.variable(tf.scalar(3, 'int32'), false);
    const one = fake('one');
    const other = fake('other');
    for (const backend of [one, other, one]) {
      await useBackend(backend);
      expect(tf.getBackend()).toBe(backend.name);
      expect([...(await variable.data())]).toEqual([1, 2.5]);
      expect([...(await counter.data())]).toEqual([3]);
      variable.assign(tf.mul(variable, 1));
    }
    tf.dispose([variable, counter]);
  });

  it('gives the backend the portable kernels that it lacks', async () => {
    await useBackend(fake('bare'));
    expect(tf.getKernel('RecurrentForward', 'bare')).toBeDefined();
  });

  it('replaces a backend by another one of the same name and keeps the variables', async () => {
    await useBackend(fake('twice'));
    const variable = tf.variable(tf.tensor1d([4]));
    await useBackend(fake('twice'));
    expect([...(await variable.data())]).toEqual([4]);
    variable.dispose();
  });
});

/** A fake backend, and the tfjs backends that its loads create. */
function observed(name: string, make: () => AsynchronousBackend = () => new AsynchronousBackend()) {
  const made: AsynchronousBackend[] = [];
  const backend = fake(name, {
    load: async () => {
      tf.registerBackend(name, () => {
        const instance = make();
        made.push(instance);
        return instance;
      });
      if (!tf.getKernel('Add', name)) tf.copyRegisteredKernels('cpu', name);
    },
  });
  return { backend, made };
}

describe('a backend that replaces another one of the same name', () => {
  it('is loaded first; the other one is disposed of after the variables have moved', async () => {
    const { backend, made } = observed('replaced');
    await useBackend(backend);
    const variable = tf.variable(tf.scalar(1));
    await useBackend({ ...backend });
    expect(made.map(({ disposals }) => disposals)).toEqual([1, 0]);
    expect(tf.findBackend('replaced')).toBe(made[1]);
    expect([...(await variable.data())]).toEqual([1]);
    await useBackend(fake('elsewhere'));
    expect(made.map(({ disposals }) => disposals)).toEqual([1, 0]);
    variable.dispose();
  });

  it('is disposed of and changes nothing if a variable cannot be read', async () => {
    const { backend, made } = observed('unreadable');
    await useBackend(backend);
    const [first] = made as [AsynchronousBackend];
    const [bad, good] = [tf.variable(tf.scalar(1), true, 'bad'), tf.variable(tf.scalar(2))];
    const { dataId } = bad;
    const { read } = first;
    first.read = async (id) => {
      if (id === dataId) throw new Error('the device is lost');
      return read.call(first, id);
    };
    for (const next of [{ ...backend }, fake('unreached')]) {
      await expect(useBackend(next)).rejects.toThrow(
        'useBackend: the backend and all values stay as they were: variable bad cannot be read: the device is lost',
      );
      expect(tf.getBackend()).toBe('unreadable');
      expect(tf.findBackend('unreadable')).toBe(first);
    }
    expect(made.map(({ disposals }) => disposals)).toEqual([0, 1]);
    expect([...(await tf.add(good, 1).data())]).toEqual([3]);
    // Data of a variable that was assigned or disposed of is not needed any more.
    bad.assign(tf.scalar(5));
    await useBackend(fake('reached'));
    expect([...(await bad.data())]).toEqual([5]);
    tf.dispose([bad, good]);
  });

  it('is disposed of and changes nothing if its memory does not suffice', async () => {
    await useBackend(fake('roomy'));
    const variables = [1, 2, 3].map((value) => tf.variable(tf.scalar(value)));
    const small = observed('small', () => {
      const instance = new AsynchronousBackend();
      let left = 2;
      const { move } = instance;
      instance.move = (...args) => {
        if (left-- === 0) throw new Error('no room');
        move.apply(instance, args);
      };
      return instance;
    });
    await expect(useBackend(small.backend)).rejects.toThrow('no room');
    expect(tf.getBackend()).toBe('roomy');
    expect(small.made[0]!.numDataIds()).toBe(0);
    expect((await Promise.all(variables.map((v) => v.data()))).map(([value]) => value)).toEqual([1, 2, 3]);
    tf.dispose(variables);
  });
});

describe('useBackend', () => {
  it('with slow reads, reads changed data again until nothing has changed', async () => {
    const { backend, made } = observed('slow');
    await useBackend(backend);
    const { read } = made[0]!;
    made[0]!.read = async (id) => {
      const values = await read.call(made[0], id);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return values;
    };
    const variable = tf.variable(tf.scalar(0));
    let done = false;
    const swap = useBackend(fake('after slow')).then(() => {
      done = true;
    });
    let assigned = 0;
    for (; assigned < 12 && !done; assigned++) {
      await new Promise((resolve) => setTimeout(resolve, 3));
      if (!done) tf.tidy(() => variable.assign(tf.add(variable, 1)));
    }
    await swap;
    expect(assigned).toBeGreaterThan(0);
    expect([...(await variable.data())]).toEqual([assigned]);
    variable.dispose();
  });

  it('moves complex variables, and strings that are not valid text', async () => {
    const spectrum = tf.variable(tf.complex([1, 2], [3, 4]));
    const bytes = tf.variable(tf.tensor([new Uint8Array([0xff, 0])], [1], 'string'), false);
    for (const name of ['complex', 'complex too']) {
      await useBackend(fake(name));
      expect([...(await spectrum.data())]).toEqual([1, 3, 2, 4]);
      expect(await bytes.bytes()).toEqual([new Uint8Array([0xff, 0])]);
    }
    expect([...(await tf.imag(spectrum).data())]).toEqual([3, 4]);
    tf.dispose([spectrum, bytes]);
  });

  it('loads a backend again that was removed from TensorFlow.js', async () => {
    const { backend, made } = observed('removed');
    await useBackend(backend);
    await useBackend(fake('kept'));
    tf.removeBackend('removed');
    expect(backends().find(({ name }) => name === 'removed')!.active).toBe(false);
    await useBackend(backend);
    expect(made).toHaveLength(2);
    expect(tf.getBackend()).toBe('removed');
  });

  it('reports that a backend registered nothing', async () => {
    await expect(useBackend(fake('nothing', { load: async () => {} }))).rejects.toThrow(
      "nothing: it failed to load: its load() registered no TensorFlow.js backend named 'nothing'",
    );
  });
});

describe('capabilities', () => {
  it('describes a backend that was set by tf.setBackend alone', async () => {
    await tf.setBackend('cpu');
    expect(capabilities()).toEqual({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: ['UnsortedSegmentSum'],
      synchronousReads: true,
      captures: false,
    });
  });
});

describe('tfjsBackend', () => {
  it('wraps a backend of TensorFlow.js for useBackend, repeatedly', async () => {
    for (const backend of [tfjsBackend('cpu'), tfjsBackend('cpu')]) {
      await useBackend(backend);
      expect(tf.getBackend()).toBe('cpu');
      expect(backend.capabilities()).toEqual(capabilities());
    }
  });

  it('reports that its package was not imported', async () => {
    await expect(useBackend(tfjsBackend('webgl'))).rejects.toThrow(
      "webgl: TensorFlow.js has no backend 'webgl'; import its package first",
    );
  });
});
