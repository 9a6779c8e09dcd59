/** The longest time that a run may block the thread, in milliseconds. */
const LONGEST = 10;

/**
 * Gives timers, signals and messages their turn now and then. A backend that computes on the calling thread answers at
 * once, so a loop of awaits alone would block them until its end.
 */
export class Turns {
  #last = performance.now();

  async giveWay(): Promise<void> {
    if (performance.now() - this.#last < LONGEST) return;
    await nextTurn();
    this.#last = performance.now();
  }
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });
