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

  /** Resolves once the gate is open. */
  async passed(): Promise<void> {
    // It may have been closed again before those who waited go on.
    while (this.#open) await this.#open;
  }
}
