import { eachItem } from '../programs/each-item.ts';
import { type ProgramSource, programs } from '../programs/program.ts';
import { activations } from './row-vectors.ts';
import { gateCount, reserveWidth, stateSize, type Variant } from './variant.ts';

/**
 * The recurrent weights in the layout of the loop and step programs: `[S+1, G·H]`, then with a projection `[H, P]`.
 * This is W_hh transposed, so that neighbouring threads (hidden features) read neighbouring numbers; then b_hh, or 0 if
 * there is none; then W_hr transposed.
 */
export const packWeights = programs<{ readonly hasBias: boolean; readonly projects: boolean }>(
  ({ hasBias, projects }): ProgramSource => ({
    name: 'recurrent, packing of weights',
    params: { size: 'u32', gates: 'u32', state: 'u32', hidden: 'u32' },
    buffers: {
      weightHh: ['read', 'f32'],
      ...(hasBias && { biasHh: ['read', 'f32'] }),
      ...(projects && { weightHr: ['read', 'f32'] }),
      packed: ['read_write', 'f32'],
    },
    code: `
${eachItem}
  let line = index / params.gates;
  let gate = index % params.gates;
  var value = 0.0;
  if (line < params.state) { value = weightHh[gate * params.state + line]; }
  ${hasBias ? 'else if (line == params.state) { value = biasHh[gate]; }' : ''}
  ${
    projects
      ? `if (line > params.state) {
    let at = index - (params.state + 1u) * params.gates;
    value = weightHr[at % params.state * params.hidden + at / params.state];
  }`
      : ''
  }
  packed[index] = value;
}`,
  }),
);

/** Number of elements of the packed weights */
export const packedSize = (variant: Variant): number =>
  (stateSize(variant) + 1) * gateCount(variant) * variant.hiddenSize + variant.projSize * variant.hiddenSize;

/** The state before each step, `[T·N, S]`; 0 if a row has no such step. */
export const previousStates = programs<Pick<Variant, 'reverse' | 'hasLengths'> & { readonly hasH0: boolean }>(
  ({ reverse, hasLengths, hasH0 }): ProgramSource => ({
    name: 'recurrent backward, previous states',
    params: { size: 'u32', steps: 'u32', rows: 'u32', features: 'u32' },
    buffers: {
      y: ['read', 'f32'],
      ...(hasH0 && { h0: ['read', 'f32'] }),
      ...(hasLengths && { lengths: ['read', 'i32'] }),
      hPrev: ['read_write', 'f32'],
    },
    code: `
${eachItem}
  let k = index % params.features;
  let n = index / params.features % params.rows;
  let t = index / params.features / params.rows;
  let end = ${hasLengths ? 'u32(lengths[n])' : 'params.steps'};
  var value = 0.0;
  if (t < end) {
    if (${reverse ? 't + 1u == end' : 't == 0u'}) { ${hasH0 ? 'value = h0[n * params.features + k];' : ''} }
    else { value = y[((t ${reverse ? '+' : '-'} 1u) * params.rows + n) * params.features + k]; }
  }
  hPrev[index] = value;
}`,
  }),
);

/** The hidden features of an LSTM before their projection, o·tanh(c), `[T·N, H]`, from forward's reserve. */
export const hiddenFeatures = programs<Pick<Variant, 'hasLengths'>>(
  ({ hasLengths }): ProgramSource => ({
    name: 'recurrent backward, hidden features',
    params: { size: 'u32', rows: 'u32', hidden: 'u32' },
    buffers: {
      reserve: ['read', 'f32'],
      ...(hasLengths && { lengths: ['read', 'i32'] }),
      features: ['read_write', 'f32'],
    },
    code: `
${activations({ type: 'f32', width: 1 })}
${eachItem}
  let at = index / params.hidden;
  let first = at * ${reserveWidth({ mode: 'lstm', hiddenSize: 1 })}u * params.hidden + index % params.hidden;
  let c = reserve[first + params.hidden] * reserve[first + 4u * params.hidden] + reserve[first] * reserve[first + 2u * params.hidden];
  var value = reserve[first + 3u * params.hidden] * tanh_(c);
  ${hasLengths ? 'if (i32(at / params.rows) >= lengths[at % params.rows]) { value = 0.0; }' : ''}
  features[index] = value;
}`,
  }),
);
