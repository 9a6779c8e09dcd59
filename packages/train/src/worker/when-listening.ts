import type { WorkerHandle } from './worker-handle.ts';

/**
 * Holds back what is said to a worker until it listens. A browser's worker misses what comes while its module still awaits something;
 * and one that has listened for long says so only when it is asked.
 */
export function whenListening(handle: WorkerHandle): WorkerHandle {
  let held: Parameters<WorkerHandle['post']>[] | undefined = [];
  return {
    ...handle,
    post(...message) {
      if (held) held.push(message);
      else handle.post(...message);
    },
    listen(receive) {
      handle.listen((message) => {
        if (message.type !== 'listening') {
          receive(message);
          return;
        }
        const messages = held ?? [];
        held = undefined;
        for (const one of messages) handle.post(...one);
      });
      handle.post({ type: 'hello' });
    },
  };
}
