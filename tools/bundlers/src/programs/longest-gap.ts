/** Measures how long a page's timers and frames are delayed. */
export class LongestGap {
  #timer = 0;
  #frame = 0;
  #isOver = false;

  constructor() {
    this.#timers(performance.now());
    this.#frames(performance.now());
  }

  /**
   * @returns the longest gaps between two timers and between two frames, in milliseconds; 0 when there were no frames
   */
  end(): { timer: number; frame: number } {
    this.#isOver = true;
    return { timer: this.#timer, frame: this.#frame };
  }

  #timers(before: number): void {
    setTimeout(() => {
      const now = performance.now();
      if (this.#isOver) return;
      this.#timer = Math.max(this.#timer, now - before);
      this.#timers(now);
    });
  }

  #frames(before: number): void {
    requestAnimationFrame(() => {
      const now = performance.now();
      if (this.#isOver) return;
      this.#frame = Math.max(this.#frame, now - before);
      this.#frames(now);
    });
  }
}
