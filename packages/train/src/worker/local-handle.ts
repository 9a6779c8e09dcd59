import { creatorIn } from './creator-in.ts';
import type { ToWorker } from './messages.ts';
import { serve } from './serve-training.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** A handle like a worker's that runs in this thread. */
export function localHandle(): WorkerHandle {
  let toServer: (message: ToWorker) => void = () => {};
  return {
    post: (message) => toServer(message),
    listen(receive) {
      const listen = (heard: (message: ToWorker) => void): void => {
        toServer = heard;
      };
      serve({ post: receive, listen }, creatorIn);
    },
    onDeath: () => {},
    terminate: async () => {},
  };
}
