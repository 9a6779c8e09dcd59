import type { WorkerHandle } from './worker-handle.ts';

/**
 * Holds messages back until the worker listens. A browser's worker misses messages that arrive while its module still
 * awaits something. A worker that already listens says so only when asked.
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
