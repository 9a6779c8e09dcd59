/** A gate that a run passes between two steps. */
export class Pause {
  #open: Promise<void> | undefined;
  #resume: () => void = () => {};

  close(): void {
    this.#open ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  open(): void {
    this.#open = undefined;
    this.#resume();
  }

  /**
   * Resolves once the gate is open.
   *
   * @returns how long it was closed, in milliseconds
   */
  async passed(): Promise<number> {
    const begin = performance.now();
    // The gate may have been closed again before the waiting callers continue.
    while (this.#open) await this.#open;
    return performance.now() - begin;
  }
}
