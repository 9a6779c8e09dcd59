import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fake } from '../../test/fake-backend.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { backends, useBackend } from './use-backend.ts';

const refused = fake('refused', {
  support: async () => ({ supported: false, reason: 'it needs a machine of another kind' }),
});

describe('useBackend', () => {
  it('takes the first backend of a list that is supported and loads', async () => {
    const broken = fake('broken', {
      load: async () => {
        throw new Error('the file is damaged');
      },
    });
    const taken = await useBackend([refused, broken, fake('taken')]);
    expect(taken.name).toBe('taken');
    expect(backends()).toEqual(
      expect.arrayContaining([
        {
          name: 'refused',
          active: false,
          support: { supported: false, reason: 'it needs a machine of another kind' },
        },
        {
          name: 'broken',
          active: false,
          support: { supported: false, reason: 'it failed to load: the file is damaged' },
        },
        { name: 'taken', active: true, support: { supported: true } },
      ]),
    );
  });

  it('gives the reason for each backend and keeps the current one', async () => {
    await useBackend(fake('current'));
    await expect(useBackend([refused])).rejects.toThrow(
      'useBackend: no backend can be used here.\n  refused: it needs a machine of another kind',
    );
    expect(tf.getBackend()).toBe('current');
    await expect(useBackend([])).rejects.toThrow('the list of backends is empty');
    await expect(useBackend('cpu' as never)).rejects.toThrow(
      "useBackend: choice is 'cpu'; expected a backend, as cpu() makes one, or a list of them",
    );
  });

  it('keeps the error of each backend, also of two backends with the same name', async () => {
    const damaged = new Error('the file is damaged');
    const throwing = (cause: Error) =>
      fake('twice', {
        load: async () => {
          throw cause;
        },
      });
    const unsure = fake('unsure', {
      support: async () => {
        throw damaged;
      },
    });
    const last = new Error('no threads');
    const error = await useBackend([refused, unsure, throwing(damaged), throwing(last)]).catch(
      (e) => e as Error,
    );
    expect(error).toBeInstanceOf(BackendUnavailableError);
    const { backends: tried, cause } = error as BackendUnavailableError;
    expect(tried).toEqual([
      { name: 'refused', reason: 'it needs a machine of another kind' },
      {
        name: 'unsure',
        reason: 'it could not say whether it runs here: the file is damaged',
        cause: damaged,
      },
      { name: 'twice', reason: 'it failed to load: the file is damaged', cause: damaged },
      { name: 'twice', reason: 'it failed to load: no threads', cause: last },
    ]);
    expect(cause).toBe(last);
  });
});
