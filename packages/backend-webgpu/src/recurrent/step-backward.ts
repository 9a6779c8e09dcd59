import { type BufferUse, type ProgramSource, programs } from '../programs/program.ts';
import { cellBackward } from './cell.ts';
import { backwardBuffers } from './loop-backward.ts';
import {
  activations,
  declareRows,
  declareRunning,
  gather,
  type RowVectors,
  rowVectors,
  scatter,
} from './row-vectors.ts';
import { type StepTile, stepMain, type TiledProduct, tiledProduct } from './tiled-product.ts';
import { gateCount, stateSize, timeOf, type Variant } from './variant.ts';

interface Choices {
  readonly variant: Variant;
  readonly tile: StepTile;
}

const params = { steps: 'u32', rows: 'u32' } as const;

/** The gates' gradient from which the state's gradient is computed: a GRU has a separate one for the hidden side. */
const hiddenSide = ({ mode }: Variant): string => (mode === 'gru' ? 'dGatesHh' : 'dGates');

/**
 * The gradient that the gates of the step at `after` (processed just before) contribute to the state's feature `unit`.
 */
function gatesProduct(variant: Variant): TiledProduct {
  const S = stateSize(variant);
  const width = gateCount(variant) * variant.hiddenSize;
  return {
    depth: width,
    columns: 1,
    units: S,
    left: (n, k) => `${hiddenSide(variant)}[(after * params.rows + ${n}) * ${width}u + ${k}]`,
    right: (k, unit) => `weightHh[${k} * ${S}u + ${unit}]`,
  };
}

/** Declares whether the rows ran at the step `after`; a row that did not run contributes nothing. */
const declareAfter = (vectors: RowVectors, hasLengths: boolean): string =>
  `let ran0 = ${hasLengths ? gather(vectors, 0, (n) => `after < u32(lengths[${n}])`, 'bool') : 'true'};`;

/** Computes the thread's part of a step's product into `sum0_0`; threads without a unit then return. */
const productOf = (
  code: string,
  {
    variant,
    vectors,
    units,
    guarded,
  }: { variant: Variant; vectors: RowVectors; units: number; guarded: boolean },
): string => `
  let t = ${timeOf(!variant.reverse, 'step')};
  var sum0_0 = ${vectors.type}();
  ${guarded ? `let after = ${variant.reverse ? 't - min(t, 1u)' : 't + 1u'}; if (step > 0u) { ${code} }` : code}
  if (unit >= ${units}u) { return; }
  ${declareRows(vectors)}
  ${declareRunning(vectors, variant.hasLengths)}`;

/** Stores a gate's gradient for the input side and the hidden side. */
const put =
  (variant: Variant, vectors: RowVectors) =>
  (gate: number, value: string, hiddenValue: string): string => {
    const { hiddenSize: H, mode } = variant;
    const place = (n: string) =>
      `[(t * params.rows + ${n}) * ${gateCount(variant) * H}u + ${gate * H}u + unit]`;
    return `
  ${scatter(vectors, 0, value, (n, part) => `dGates${place(n)} = ${part};`)}
  ${mode === 'gru' ? scatter(vectors, 0, hiddenValue, (n, part) => `dGatesHh${place(n)} = ${part};`) : ''}`;
  };

/** Applies the cell's derivative to `dHidden0` and updates an LSTM's `dc0`. */
function differentiate(variant: Variant, vectors: RowVectors): string {
  const { hiddenSize: H, mode } = variant;
  const place = (n: string) => `dc0[${n} * ${H}u + unit]`;
  const lstm = mode === 'lstm';
  return `
  ${lstm ? `var cell = ${gather(vectors, 0, place)};` : ''}
  ${cellBackward(variant, vectors, 0, 'cell', put(variant, vectors))}
  ${lstm ? scatter(vectors, 0, 'cell', (n, part) => `${place(n)} = ${part};`) : ''}`;
}

/**
 * One step of all rows without a projection, in one dispatch: the gradient that the gates of the later step contribute
 * to the state, and the cell's derivative. `dh0` carries the rest of the state's gradient from step to step.
 */
export const stepBackward = programs<Choices>(({ variant, tile }): ProgramSource => {
  const { hiddenSize: H, mode, hasLengths } = variant;
  const vectors = rowVectors(tile.rows);
  const product = tiledProduct(tile, gatesProduct(variant));
  const place = (n: string) => `dh0[${n} * ${H}u + unit]`;
  const zero = `${vectors.type}()`;
  return {
    name: `recurrent backward, a step (${mode})`,
    params,
    stepped: true,
    buffers: backwardBuffers(variant),
    code: `
${activations(vectors)}
${product.declarations}
${stepMain(tile)}
  ${productOf(product.code, { variant, vectors, units: H, guarded: true })}
  ${declareAfter(vectors, hasLengths)}
  let carried = ${gather(vectors, 0, place)} + select(${zero}, sum0_0, ran0);
  let dHidden0 = ${gather(vectors, 0, (n) => `dy[(t * params.rows + ${n}) * ${H}u + unit]`)} + carried;
  ${differentiate(variant, vectors)}
  ${scatter(vectors, 0, 'select(carried, direct0, runs0)', (n, part) => `${place(n)} = ${part};`)}
}`,
  };
});

/** The gradient of the projected state of a step, for all rows; `stepBackwardHidden` continues from it. */
export const stepBackwardProjected = programs<Choices>(({ variant, tile }): ProgramSource => {
  const { projSize: P, hasLengths } = variant;
  const vectors = rowVectors(tile.rows);
  const product = tiledProduct(tile, gatesProduct(variant));
  const carriedAt = (n: string) => `dh0[${n} * ${P}u + unit]`;
  const place = (n: string) => `dProjected[(t * params.rows + ${n}) * ${P}u + unit]`;
  const zero = `${vectors.type}()`;
  return {
    name: 'recurrent backward, projected state of a step',
    params,
    stepped: true,
    buffers: {
      weightHh: ['read', 'f32'],
      ...(hasLengths && { lengths: ['read', 'i32'] }),
      dGates: ['read', 'f32'],
      dProjected: ['read_write', 'f32'],
      dh0: ['read_write', 'f32'],
    } as Record<string, BufferUse>,
    code: `
${product.declarations}
${stepMain(tile)}
  ${productOf(product.code, { variant, vectors, units: P, guarded: true })}
  ${declareAfter(vectors, hasLengths)}
  let carried = ${gather(vectors, 0, carriedAt)} + select(${zero}, sum0_0, ran0);
  let arrived = select(${zero}, ${gather(vectors, 0, place)} + carried, runs0);
  ${scatter(vectors, 0, 'arrived', (n, part) => `${place(n)} = ${part};`)}
  ${scatter(vectors, 0, `select(carried, ${zero}, runs0)`, (n, part) => `${carriedAt(n)} = ${part};`)}
}`,
  };
});

/** The gradients of a step's hidden features and gates, after `stepBackwardProjected`. */
export const stepBackwardHidden = programs<Choices>(({ variant, tile }): ProgramSource => {
  const { hiddenSize: H, projSize: P } = variant;
  const vectors = rowVectors(tile.rows);
  const product = tiledProduct(tile, {
    depth: P,
    columns: 1,
    units: H,
    left: (n, k) => `dProjected[(t * params.rows + ${n}) * ${P}u + ${k}]`,
    right: (k, unit) => `weightHr[${k} * ${H}u + ${unit}]`,
  });
  const { dh0: _, weightHh: __, ...buffers } = backwardBuffers(variant);
  return {
    name: 'recurrent backward, hidden features of a step',
    params,
    stepped: true,
    buffers,
    code: `
${activations(vectors)}
${product.declarations}
${stepMain(tile)}
  ${productOf(product.code, { variant, vectors, units: H, guarded: false })}
  let dHidden0 = sum0_0;
  ${differentiate(variant, vectors)}
}`,
  };
});

/** After the last step: the gradient that its gates contribute to the initial state. */
export const stepBackwardEnd = programs<Choices>(({ variant, tile }): ProgramSource => {
  const S = stateSize(variant);
  const { reverse, hasLengths } = variant;
  const vectors = rowVectors(tile.rows);
  const product = tiledProduct(tile, gatesProduct(variant));
  const place = (n: string) => `dh0[${n} * ${S}u + unit]`;
  return {
    name: 'recurrent backward, initial state',
    params,
    buffers: {
      weightHh: ['read', 'f32'],
      [hiddenSide(variant)]: ['read', 'f32'],
      ...(hasLengths && { lengths: ['read', 'i32'] }),
      dh0: ['read_write', 'f32'],
    } as Record<string, BufferUse>,
    code: `
${product.declarations}
${stepMain(tile)}
  let after = ${reverse ? 'params.steps - 1u' : '0u'};
  var sum0_0 = ${vectors.type}();
  ${product.code}
  if (unit >= ${S}u) { return; }
  ${declareRows(vectors)}
  ${declareAfter(vectors, hasLengths)}
  let gradient = ${gather(vectors, 0, place)} + select(${vectors.type}(), sum0_0, ran0);
  ${scatter(vectors, 0, 'gradient', (n, part) => `${place(n)} = ${part};`)}
}`,
  };
});
