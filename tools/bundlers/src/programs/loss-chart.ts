const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 600;
const HEIGHT = 240;

/** Number of losses that a point of the smooth line averages */
const WINDOW = 8;

/** Draws the losses over the steps, and a smooth line. */
export class LossChart {
  readonly element = document.createElementNS(SVG, 'svg');
  readonly #losses = this.#line('#bcd', 1);
  readonly #means = this.#line('#06c', 3);
  readonly #steps: number;

  constructor(steps: number) {
    this.#steps = steps;
    this.element.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    this.element.setAttribute('width', String(WIDTH));
    this.element.style.border = '1px solid #ccc';
  }

  show(losses: readonly number[]): void {
    const means = losses.map((_, i) => mean(losses.slice(Math.max(0, i + 1 - WINDOW), i + 1)));
    this.#draw(this.#losses, losses, Math.max(...losses));
    this.#draw(this.#means, means, Math.max(...losses));
  }

  #line(colour: string, width: number): SVGPolylineElement {
    const line = document.createElementNS(SVG, 'polyline');
    line.setAttribute('fill', 'none');
    line.setAttribute('stroke', colour);
    line.setAttribute('stroke-width', String(width));
    this.element.append(line);
    return line;
  }

  #draw(line: SVGPolylineElement, losses: readonly number[], top: number): void {
    const points = losses.map((loss, i) => `${(i / (this.#steps - 1)) * WIDTH},${HEIGHT * (1 - loss / top)}`);
    line.setAttribute('points', points.join(' '));
  }
}

const mean = (some: readonly number[]): number => some.reduce((a, b) => a + b, 0) / some.length;
