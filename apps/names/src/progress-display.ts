import { SingleBar } from 'cli-progress';
import type { Progress } from './training.ts';

export interface ProgressDisplay {
  show(progress: Progress): void;
  stop(): void;
}

/** A bar in a terminal; a line an epoch in a pipe or a file. */
export function progressDisplay(epochs: number, stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? bar(epochs, stream) : lines(epochs, stream);
}

function bar(epochs: number, stream: NodeJS.WriteStream): ProgressDisplay {
  const progressBar = new SingleBar({
    format: '  {bar} epoch {epoch}/{epochs}  loss {loss}  held-out {accuracy}  {eta_formatted} left',
    stream,
    hideCursor: true,
    barsize: 24,
    etaBuffer: 200,
  });
  let started = false;
  let accuracy = '–';
  let meanLoss: string | undefined;
  return {
    show({ epoch, step, steps, loss, epochEnd }) {
      if (epochEnd) {
        accuracy = percent(epochEnd.accuracy);
        meanLoss = epochEnd.meanLoss.toFixed(3);
      }
      const values = { epoch, epochs, loss: meanLoss ?? loss.toFixed(3), accuracy };
      if (!started) progressBar.start(epochs * steps, 0, values);
      started = true;
      progressBar.update((epoch - 1) * steps + step, values);
    },
    stop: () => progressBar.stop(),
  };
}

function lines(epochs: number, stream: NodeJS.WriteStream): ProgressDisplay {
  return {
    show({ epoch, epochEnd }) {
      if (!epochEnd) return;
      const { meanLoss, accuracy } = epochEnd;
      stream.write(
        `  epoch ${epoch}/${epochs}  loss ${meanLoss.toFixed(3)}  held-out ${percent(accuracy)}\n`,
      );
    },
    stop: () => {},
  };
}

/** `81.3 %` */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
