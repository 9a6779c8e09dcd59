import { add, greater, mul, ones, type Tensor, type Tensor2D, where } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { optionText } from '../option-text.ts';
import { dropOut } from '../random/drop-out.ts';
import type { Cell, CellStep } from './cell.ts';
import { type CellState, partsOf, withTensors } from './cell-state.ts';
import { CellWrapper } from './cell-wrapper.ts';
import { stateOf } from './cells-of-layers.ts';

export interface ZoneoutCellOptions {
  /**
   * The probability that an element of the state keeps its value: one for all tensors of the state, or a list with
   * one for each, in the state's order (by name for an object): `[0.05, 0.5]` for an LSTM's h and c. Default 0.1.
   */
  p?: number | readonly number[] | undefined;
}

const kinds = { p: kind.either(kind.probability, kind.listOf(kind.probability)) };

/**
 * Zoneout (Krueger et al. 2017) for a cell. In training, each element of the state keeps its value from the step
 * before with probability `p`. In evaluation, the state is the mean, `p·last + (1 − p)·next`. An output that is also
 * a state, such as an LSTM's h, is the state that is passed on.
 *
 * @example
 * const cell = new nn.ZoneoutCell(new nn.LSTMCell({ inputSize: 10, hiddenSize: 20 }), { p: [0.05, 0.5] });
 * const [output] = new nn.Recurrent(cell).forward(tf.randomNormal([5, 3, 10])); // [5, 3, 20]
 *
 * @see https://arxiv.org/abs/1606.01305
 */
export class ZoneoutCell<State extends CellState> extends CellWrapper<State> {
  readonly p: number | readonly number[];

  /** @throws where `p` is not a probability, or its length is not the number of the state's tensors */
  constructor(cell: Cell<State, unknown>, options: ZoneoutCellOptions = {}) {
    super(cell);
    const { p = 0.1 } = checkOptions('ZoneoutCell', options, kinds);
    const tensors = stateOf(cell).tensors.length;
    if (typeof p !== 'number' && p.length !== tensors) {
      throw new ArgumentError(
        'ZoneoutCell',
        'p',
        `has ${p.length} probabilities; the state has ${tensors} tensors`,
      );
    }
    this.p = p;
  }

  override extraRepr(): string {
    return optionText({ p: this.p });
  }

  override begin(rows: number): (x: Tensor2D, state: State) => CellStep<State> {
    const inner = this.beginInner(rows);
    return (x, state) =>
      tidyResult(() => {
        const [y, next] = inner(x, state);
        const before = partsOf('ZoneoutCell.step', 'state', state);
        const mixed = partsOf('ZoneoutCell.step', 'state', next).map(({ tensor }, i) => ({
          from: tensor,
          to: this.#mix(before[i]!.tensor, tensor, i),
        }));
        const output = mixed.find(({ from }) => from === y)?.to ?? y;
        return [
          output as Tensor2D,
          withTensors(
            next,
            mixed.map(({ to }) => to),
          ),
        ];
      });
  }

  #mix(last: Tensor, next: Tensor, part: number): Tensor {
    const p = (): number => (typeof this.p === 'number' ? this.p : this.p[part]!);
    if (p() === 0 || next.dtype !== 'float32') return next;
    if (!this.training) return add(mul(p(), last), mul(1 - p(), next));
    const changes = greater(dropOut(ones(next.shape), p), 0);
    return where(changes, next, last);
  }
}
