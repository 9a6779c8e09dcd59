import { creatorIn } from './creator-in.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { serve } from './serve-training.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** A "worker" that is this thread. */
export function localHandle(): WorkerHandle {
  let toProgram: (message: FromWorker) => void = () => {};
  let toServer: (message: ToWorker) => void = () => {};
  serve(
    {
      post: (message) => toProgram(message),
      listen: (receive) => {
        toServer = receive;
      },
    },
    creatorIn,
  );
  return {
    post: (message) => toServer(message),
    listen: (receive) => {
      toProgram = receive;
    },
    onDeath: () => {},
    terminate: async () => {},
  };
}
