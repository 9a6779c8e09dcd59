import { describe, expect, it } from 'vitest';
import * as errors from '../errors.ts';

const { ArgumentError, BackendUnavailableError, FormatError, OutOfMemoryError, UnrollError } = errors;

describe('the errors that a program may handle', () => {
  it('have the name of their class and share a base class', () => {
    for (const [name, Kind] of Object.entries(errors)) {
      if (name === 'UnrollError') continue;
      const error = new (Kind as new (...args: unknown[]) => Error)([], '', '');
      expect(error.name).toBe(name);
      expect(error).toBeInstanceOf(UnrollError);
    }
  });

  it('have the argument as a field, and keep the cause', () => {
    const cause = new Error('why');
    const error = new ArgumentError('LSTM', 'hiddenSize', 'is 0; expected 1', { cause });
    expect(error).toMatchObject({ argument: 'hiddenSize', owner: 'LSTM', cause });
    expect(error.message).toBe('LSTM: hiddenSize is 0; expected 1');
    expect(new OutOfMemoryError('full', { argument: 'maxMemory' }).argument).toBe('maxMemory');
    expect(new FormatError('damaged').argument).toBeUndefined();
  });

  it('list the reason for each backend, also for two of the same name', () => {
    const cause = new Error('no threads');
    const error = new BackendUnavailableError([
      { name: 'a', reason: 'no GPU' },
      { name: 'a', reason: 'it failed to load: no threads', cause },
    ]);
    expect(error.message).toBe(
      'useBackend: no backend can be used here.\n  a: no GPU\n  a: it failed to load: no threads',
    );
    expect(error.backends.map(({ reason }) => reason)).toEqual(['no GPU', 'it failed to load: no threads']);
    expect(error.cause).toBe(cause);
  });
});
