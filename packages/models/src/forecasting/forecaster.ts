import {
  div,
  type Rank,
  type Scalar,
  scalar,
  sub,
  type Tensor,
  type Tensor3D,
  tidy,
  transpose,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkOptions, checkRank } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Dropout, Linear, Module } from '@unroll/nn';
import { encodeSequence, runLayer, type SequenceLayer } from '@unroll/seq2seq';
import { forecastInputs } from './forecast-inputs.ts';
import {
  checkLayers,
  type ForecasterOptions,
  type ForecastOptions,
  forecasterKinds,
  forecastKinds,
} from './forecaster-options.ts';
import { pinballLoss } from './pinball-loss.ts';
import { readQuantiles } from './read-quantiles.ts';
import { fitScale, unscaled } from './scaling.ts';

/**
 * Forecasts the next H steps of a series from a window of its past, as quantiles: Wen et al., "A multi-horizon quantile
 * recurrent forecaster" (2017). A recurrent layer reads the window; another, begun with its states, reads of each step of
 * the horizon the covariates and the place (h + 1)/H. Of its outputs o_h the quantiles are `W·dropout(o_h) + b`. Values are
 * scaled to `(x − mean) / scale` before, and scaled back after.
 *
 * State dict keys: `encoder.…`, `decoder.…`, `output.weight [Q, O]`, `output.bias [Q]`, and the buffers `mean` and `scale`.
 *
 * @example
 * const sizes = { inputSize: 1 + 2, hiddenSize: 32 }; // a value and two covariates
 * const model = new Forecaster({ encoder: new nn.GRU(sizes), decoder: new nn.GRU(sizes), horizon: 7 });
 * model.fitScale(series);
 * const loss = await trainingStep(optimizer, () => model.loss(windows, following, { covariates }));
 * const [first] = await model.predict(windows, { covariates }); // for each of 7 steps the three quantiles
 */
export class Forecaster extends Module {
  readonly encoder: SequenceLayer;
  readonly decoder: SequenceLayer;
  readonly dropout: Dropout;
  readonly output: Linear;
  /** Buffers that `fitScale` sets; 0 and 1 before */
  readonly mean: Variable<Rank.R0>;
  readonly scale: Variable<Rank.R0>;
  readonly horizon: number;
  readonly quantiles: readonly number[];
  readonly windowScaling: boolean;

  /** @throws where an option is invalid, or the decoder cannot begin with the encoder's states */
  constructor(options: ForecasterOptions) {
    super();
    const given = checkOptions('Forecaster', options, forecasterKinds);
    const { encoder, decoder, horizon, quantiles = [0.1, 0.5, 0.9], windowScaling = false } = given;
    checkLayers(encoder, decoder);
    this.encoder = encoder;
    this.decoder = decoder;
    this.dropout = new Dropout({ p: given.dropout ?? 0 });
    const inFeatures = decoder.numDirections * decoder.outputSize;
    this.output = new Linear({ inFeatures, outFeatures: quantiles.length });
    [this.mean, this.scale] = tidy(() => [variable(scalar(0)), variable(scalar(1))] as const);
    for (const name of ['mean', 'scale'] as const) this.registerBuffer(name, this[name]);
    this.horizon = horizon;
    this.quantiles = [...quantiles];
    this.windowScaling = windowScaling;
  }

  override extraRepr(): string {
    const scaling = this.windowScaling ? ', windowScaling=true' : '';
    return `horizon=${this.horizon}, quantiles=[${this.quantiles.join(', ')}]${scaling}`;
  }

  /**
   * Sets `mean` and `scale` to the mean and the standard deviation of the training's values (a scale of 1 where they are
   * all equal).
   *
   * @param series float32 of any shape
   * @throws where the windows are scaled by themselves, or the series is empty or holds numbers that are not finite
   */
  fitScale(series: Tensor): void {
    if (this.windowScaling) {
      const fault = 'is given to a model with windowScaling, whose windows are scaled by themselves';
      throw new ArgumentError('Forecaster.fitScale', 'series', fault);
    }
    fitScale('Forecaster.fitScale', series, this);
  }

  /**
   * @param values float32 `[N, W]`: the past; with lengths, padded at its end
   * @returns the quantiles of each step of the horizon in the unit of the values, `[N, H, Q]`; where the model is not
   *   trained they may cross
   * @throws where the values, covariates or lengths do not fit
   */
  forward(values: Tensor, options: ForecastOptions = {}): Tensor3D {
    const given = checkOptions('Forecaster.forward', options, forecastKinds);
    return tidyResult(() => unscaled(this.#forecast('Forecaster.forward', values, given)));
  }

  /**
   * The pinball loss of all quantiles of scaled values, averaged over all steps.
   *
   * @param target float32 `[N, H]`: the values that followed
   * @throws where the values, the target, covariates or lengths do not fit
   */
  loss(values: Tensor, target: Tensor, options: ForecastOptions = {}): Scalar {
    const given = checkOptions('Forecaster.loss', options, forecastKinds);
    checkDtype('Forecaster.loss', 'target', target, 'float32');
    checkRank('Forecaster.loss', 'values', values, 2, ', [N, W]');
    checkExactShape('Forecaster.loss', 'target', target, [values.shape[0]!, this.horizon], ', what followed');
    return tidyResult(() => {
      const { quantiles, shift, scale } = this.#forecast('Forecaster.loss', values, given);
      return pinballLoss(quantiles, div(sub(target, shift), scale), this.quantiles);
    });
  }

  /**
   * The quantiles of each step of the horizon, rising, `[Q]` each, with dropout off.
   *
   * @throws (rejects) where the values, covariates or lengths do not fit, or a quantile is NaN
   */
  async predict(values: Tensor, options: ForecastOptions = {}): Promise<Float32Array[][]> {
    const given = checkOptions('Forecaster.predict', options, forecastKinds);
    const forecast = this.evaluating(() =>
      tidyResult(() => unscaled(this.#forecast('Forecaster.predict', values, given))),
    );
    return await readQuantiles('Forecaster.predict', forecast);
  }

  /** The quantiles of scaled values `[N, H, Q]`, and the scaling, `[N, 1]` or `[1, 1]` */
  #forecast(operation: string, values: Tensor, options: ForecastOptions) {
    const sizes = { horizon: this.horizon, covariates: this.encoder.inputSize - 1 };
    const inputs = forecastInputs(operation, values, options, sizes, this.windowScaling ? undefined : this);
    const { states } = encodeSequence(this.encoder, inputs.past, options.lengths);
    const { output } = runLayer(this.decoder, inputs.future, states); // [H, N, O]
    const quantiles = this.output.forward(this.dropout.forward(transpose(output, [1, 0, 2])));
    return { ...inputs, quantiles };
  }
}
