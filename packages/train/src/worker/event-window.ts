/** With this many unacknowledged events the run waits for the program */
const MOST = 64;

/** Makes a run wait when it sends events faster than the program handles them, so that they do not pile up. */
export class EventWindow {
  #underWay = 0;
  #goOn: (() => void) | undefined;

  /** Counts a sent event. Returns a promise to await before the next one, if the window is full. */
  sent(): Promise<void> | undefined {
    this.#underWay++;
    if (this.#underWay < MOST) return undefined;
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  /** Counts a handled event. */
  taken(): void {
    this.#underWay--;
    if (this.#underWay > MOST / 2) return;
    this.#goOn?.();
    this.#goOn = undefined;
  }
}
