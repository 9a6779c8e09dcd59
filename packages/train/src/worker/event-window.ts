/** Events that may be under way before the run waits for those who are told of them */
const MOST = 64;

/** Holds a run back that tells more than is listened to, so that what was told does not pile up. */
export class EventWindow {
  #underWay = 0;
  #goOn: (() => void) | undefined;

  /** An event was sent; resolves when the next may be. */
  sent(): Promise<void> | undefined {
    this.#underWay++;
    if (this.#underWay < MOST) return undefined;
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  /** An event was taken in. */
  taken(): void {
    this.#underWay--;
    if (this.#underWay > MOST / 2) return;
    this.#goOn?.();
    this.#goOn = undefined;
  }
}
