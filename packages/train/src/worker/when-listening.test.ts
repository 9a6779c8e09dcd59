import { expect, it } from 'vitest';
import type { FromWorker, ToWorker } from './messages.ts';
import { whenListening } from './when-listening.ts';

/** A worker that misses messages until it listens, and the messages that it received. */
function fakeWorker(isListening: boolean) {
  const heard: ToWorker['type'][] = [];
  let tell: (message: FromWorker) => void = () => {};
  const listening = { type: 'listening' } as const;
  const worker = whenListening({
    post({ type }) {
      if (!isListening) return;
      if (type === 'hello') tell(listening);
      else heard.push(type);
    },
    listen(receive) {
      tell = receive;
    },
    onDeath: () => {},
    terminate: async () => {},
  });
  const begin = () => {
    isListening = true;
    tell(listening);
  };
  return { worker, heard, begin };
}

it('a worker whose module awaits something first gets all messages once it listens, in order', () => {
  const { worker, heard, begin } = fakeWorker(false);
  const told: FromWorker[] = [];
  worker.listen((message) => told.push(message));
  worker.post({ type: 'start', data: 1 });
  worker.post({ type: 'pause' });
  expect(heard).toEqual([]);
  begin();
  worker.post({ type: 'resume' });
  expect(heard).toEqual(['start', 'pause', 'resume']);
  expect(told).toEqual([]);
});

it('a worker that already listens gets messages at once', () => {
  const { worker, heard } = fakeWorker(true);
  worker.listen(() => {});
  worker.post({ type: 'start', data: 1 });
  expect(heard).toEqual(['start']);
});
