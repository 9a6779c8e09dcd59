import { type BufferUse, type ProgramSource, programs } from '../programs/program.ts';
import { cellForward } from './cell.ts';
import { activations, declareRows, declareRunning, gather, rowVectors, scatter } from './row-vectors.ts';
import { type StepTile, stepMain, tiledProduct } from './tiled-product.ts';
import { gateCount, reserveWidth, stateSize, timeOf, type Variant } from './variant.ts';

interface Choices {
  readonly variant: Variant;
  readonly hasH0: boolean;
  readonly tile: StepTile;
}

const params = { steps: 'u32', rows: 'u32' } as const;

/** Whether `t` is the last step of row `n` in the order of the walk. */
const isLast = ({ hasLengths, reverse }: Variant, n: string): string =>
  reverse ? 't == 0u' : hasLengths ? `t + 1u == u32(lengths[${n}])` : 't + 1u == params.steps';

/** Whether `t` is the step that starts from the initial state of row `n`. */
const isFirst = ({ hasLengths, reverse }: Variant, n: string): string => {
  if (!reverse) return 't == 0u';
  return hasLengths ? `t + 1u >= u32(lengths[${n}])` : 't + 1u == params.steps';
};

/**
 * One step of all rows: the product h·W_hhᵀ and the gates in one dispatch. The previous state is read from `y`; no
 * workgroup of the same step writes to that place. `hN` gets a row's state after its last step, and `cN` always holds
 * the cell state. With a projection, the hidden features go to `hidden_`, and `stepProjection` follows.
 */
export const stepForward = programs<Choices>(({ variant, hasH0, tile }): ProgramSource => {
  const { mode, hiddenSize: H, projSize: P, reverse, hasLengths, training } = variant;
  const S = stateSize(variant);
  const gates = gateCount(variant);
  const vectors = rowVectors(tile.rows);
  const zero = `${vectors.type}()`;
  const lstm = mode === 'lstm';
  const product = tiledProduct(tile, {
    depth: S,
    columns: gates,
    units: H,
    left: (n, k) => `stateBefore(${n}, ${k})`,
    right: (k, unit, column) => `weights[${k} * ${gates * H}u + ${column * H}u + ${unit}]`,
  });
  const cells = (n: string) => `cN[${n} * ${H}u + unit]`;
  const finish = P
    ? scatter(vectors, 0, 'next0', (n, part) => `hidden_[${n} * ${H}u + unit] = ${part};`)
    : output(variant, 'next0', tile);
  return {
    name: `recurrent forward, a step (${mode})`,
    params,
    stepped: true,
    buffers: {
      projected: ['read', 'f32'],
      weights: ['read', 'f32'],
      ...(hasH0 && { h0: ['read', 'f32'] }),
      ...(hasLengths && { lengths: ['read', 'i32'] }),
      y: ['read_write', 'f32'],
      ...(P ? { hidden_: ['read_write', 'f32'] } : { hN: ['read_write', 'f32'] }),
      ...(lstm && { cN: ['read_write', 'f32'] }),
      ...(training && reserveWidth(variant) > 0 && { reserve: ['read_write', 'f32'] }),
    } as Record<string, BufferUse>,
    code: `
${activations(vectors)}
${product.declarations}
fn stateBefore(n: u32, k: u32) -> f32 {
  let t = ${timeOf(reverse, 'step')};
  if (${isFirst(variant, 'n')}) { return ${hasH0 ? `h0[n * ${S}u + k]` : '0.0'}; }
  return y[((t ${reverse ? '+' : '-'} 1u) * params.rows + n) * ${S}u + k];
}
${stepMain(tile)}
  let t = ${timeOf(reverse, 'step')};
  ${Array.from({ length: gates }, (_, g) => `var sum${g}_0 = ${zero};`).join(' ')}
  ${product.code}
  if (unit >= ${H}u) { return; }
  ${Array.from({ length: gates }, (_, g) => `sum${g}_0 += ${vectors.type}(weights[${(S * gates + g) * H}u + unit]);`).join(' ')}
  ${declareRows(vectors)}
  ${declareRunning(vectors, hasLengths)}
  ${lstm ? `var cell = ${gather(vectors, 0, cells)};` : ''}
  ${mode === 'gru' ? `let before0 = ${gather(vectors, 0, (n) => `stateBefore(${n}, unit)`)};` : ''}
  ${cellForward(variant, vectors, 0, { hidden: 'before0', cell: 'cell' })}
  ${lstm ? scatter(vectors, 0, 'cell', (n, part) => `${cells(n)} = ${part};`) : ''}
  ${finish}
}`,
  };
});

/**
 * Writes a value as the step's output (0 if a row does not run), and also as the last state after the row's last step.
 */
const output = (variant: Variant, value: string, tile: StepTile): string => {
  const vectors = rowVectors(tile.rows);
  const S = stateSize(variant);
  const masked = `select(${vectors.type}(), ${value}, runs0)`;
  return scatter(
    vectors,
    0,
    masked,
    (n, part) =>
      `y[(t * params.rows + ${n}) * ${S}u + unit] = ${part}; if (${isLast(variant, n)}) { hN[${n} * ${S}u + unit] = ${part}; }`,
  );
};

/** The projection of a step's hidden features, after `stepForward`. */
export const stepProjection = programs<Omit<Choices, 'hasH0'>>(({ variant, tile }): ProgramSource => {
  const { hiddenSize: H, projSize: P, reverse, hasLengths } = variant;
  const vectors = rowVectors(tile.rows);
  const packed = (P + 1) * gateCount(variant) * H;
  const product = tiledProduct(tile, {
    depth: H,
    columns: 1,
    units: P,
    left: (n, k) => `hidden_[${n} * ${H}u + ${k}]`,
    right: (k, unit) => `weights[${packed}u + ${k} * ${P}u + ${unit}]`,
  });
  return {
    name: 'recurrent forward, projection of a step',
    params,
    stepped: true,
    buffers: {
      hidden_: ['read', 'f32'],
      weights: ['read', 'f32'],
      ...(hasLengths && { lengths: ['read', 'i32'] }),
      y: ['read_write', 'f32'],
      hN: ['read_write', 'f32'],
    } as Record<string, BufferUse>,
    code: `
${product.declarations}
${stepMain(tile)}
  let t = ${timeOf(reverse, 'step')};
  var sum0_0 = ${vectors.type}();
  ${product.code}
  if (unit >= ${P}u) { return; }
  ${declareRows(vectors)}
  ${declareRunning(vectors, hasLengths)}
  ${output(variant, 'sum0_0', tile)}
}`,
  };
});
