import brain from 'brain.js';
import type { Peer, Prepared } from '../peer.ts';
import type { RecurrentWorkload } from '../workload.ts';

/**
 * brain.js 1.6's recurrent networks. They read one sequence of tokens at a time, so one sequence is timed and the time
 * multiplied by the number of rows in the batch. Their input matrix is an embedding, their RNN is a ReLU network, and
 * they always have an output layer, which is as small as possible here.
 */
export async function brainJs(): Promise<Peer> {
  return {
    describe: () => ({
      text: 'brain.js 1.6.1, plain JavaScript (no batches: one sequence of tokens timed, times N)',
      threads: 1,
    }),
    prepare: async (workload) => {
      if (workload.kind !== 'recurrent') return 'it has recurrent networks alone';
      return workload.bidirectional ? 'it has no bidirectional networks' : recurrent(workload);
    },
  };
}

/** The used part of a network. */
interface Network {
  initialize(): void;
  trainInput(tokens: number[]): number;
  backpropagate(tokens: number[]): void;
}

type NetworkClass = new (options: Record<string, unknown>) => Network;

function recurrent({ cell, steps, rows, inputSize, hiddenSize, numLayers }: RecurrentWorkload): Prepared {
  const { RNN, LSTM } = brain.recurrent as unknown as Record<'RNN' | 'LSTM', NetworkClass>;
  const network = new (cell === 'rnn' ? RNN : LSTM)({
    inputSize,
    inputRange: 1,
    outputSize: 1,
    dataFormatter: null,
    hiddenLayers: new Array<number>(numLayers).fill(hiddenSize),
  });
  network.initialize();
  // Its passes take one more step than there are tokens, for the end of the sequence.
  const tokens = new Array<number>(steps - 1).fill(0);
  return {
    scale: rows,
    run: (pass) => {
      network.trainInput(tokens);
      if (pass === 'forward+backward') network.backpropagate(tokens);
    },
  };
}
