import { type BufferUse, type ProgramSource, programs } from '../programs/program.ts';
import { cellForward } from './cell.ts';
import { eachOwn, type LoopTile, loopMain, loopParams } from './loop-tile.ts';
import { activations, declareRunning, gather, rowVectors, scatter } from './row-vectors.ts';
import { gateCount, reserveWidth, stateSize, timeOf, type Variant } from './variant.ts';

interface Choices {
  readonly variant: Variant;
  readonly tile: LoopTile;
}

/** Floats of workgroup memory that the program needs per row. */
export const loopForwardFloats = (variant: Variant): number =>
  stateSize(variant) + (variant.projSize ? variant.hiddenSize : 0);

const buffersOf = (variant: Variant): Record<string, BufferUse> => ({
  projected: ['read', 'f32'],
  weights: ['read', 'f32'],
  ...(variant.hasLengths && { lengths: ['read', 'i32'] }),
  y: ['read_write', 'f32'],
  hN: ['read_write', 'f32'],
  ...(variant.mode === 'lstm' && { cN: ['read_write', 'f32'] }),
  ...(variant.training && reserveWidth(variant) > 0 && { reserve: ['read_write', 'f32'] }),
});

/**
 * Processes some rows through a piece of the sequence, `count` steps starting at `first`, in one dispatch. Rows are
 * independent of one another, so a workgroup barrier suffices.
 *
 *     projected [T, N, G·H] ──┐                       ┌── y [T, N, S], reserve
 *     weights [S+1, G·H] ─────┤  h: workgroup memory  │
 *     (the last line: bias)   └─ c: registers ────────┘
 *
 * On entry, `hN` and `cN` hold the state before the piece; on exit, the state after it. A thread reads each weight once
 * for all its rows.
 */
export const loopForward = programs<Choices>(({ variant, tile: { threads, rows } }): ProgramSource => {
  const { hiddenSize: H, projSize: P, reverse, hasLengths, mode } = variant;
  const S = stateSize(variant);
  const gates = gateCount(variant);
  const lstm = mode === 'lstm';
  const vectors = rowVectors(rows);
  const { each, count: V, type } = vectors;
  const units = Math.ceil(H / threads); // per thread
  const eachUnit = (code: string) => eachOwn(threads, H, 'unit', code);
  const eachState = (code: string) => `for (var k = lane; k < ${S}u; k += ${threads}u) { ${code} }`;
  const zero = `${type}()`;
  const store = (v: number, value: string, unit: string) =>
    scatter(
      vectors,
      v,
      `select(${zero}, ${value}, runs${v})`,
      (n, part) => `y[(t * params.rows + ${n}) * ${S}u + ${unit}] = ${part};`,
    );

  const gateSums = `
        ${each.map((v) => gatesOf(gates, (g) => `var sum${g}_${v} = ${type}(weights[${(S * gates + g) * H}u + unit]);`)).join(' ')}
        for (var k = 0u; k < ${S}u; k++) {
          ${each.map((v) => `let h${v} = h[k * ${V}u + ${v}u];`).join(' ')}
          ${gatesOf(gates, (g) => `let w${g} = weights[k * ${gates * H}u + ${g * H}u + unit]; ${each.map((v) => `sum${g}_${v} += h${v} * w${g};`).join(' ')}`)}
        }`;
  const compute = eachUnit(`
        ${gateSums}
        ${each
          .map((v) =>
            cellForward(variant, vectors, v, {
              hidden: `h[unit * ${V}u + ${v}u]`,
              cell: `c[u * ${V}u + ${v}u]`,
            }),
          )
          .join('\n')}
        ${
          P
            ? each.map((v) => `hidden_[unit * ${V}u + ${v}u] = next${v};`).join(' ')
            : each
                .map(
                  (v) =>
                    `states[u * ${V}u + ${v}u] = select(h[unit * ${V}u + ${v}u], next${v}, runs${v}); ${store(v, `next${v}`, 'unit')}`,
                )
                .join('\n')
        }`);
  const advance = P
    ? eachState(`
      ${each.map((v) => `var sum${v} = ${zero};`).join(' ')}
      for (var j = 0u; j < ${H}u; j++) {
        let w = weights[${(S + 1) * gates * H}u + j * ${P}u + k];
        ${each.map((v) => `sum${v} += hidden_[j * ${V}u + ${v}u] * w;`).join(' ')}
      }
      ${each.map((v) => `${store(v, `sum${v}`, 'k')} h[k * ${V}u + ${v}u] = select(h[k * ${V}u + ${v}u], sum${v}, runs${v});`).join('\n')}`)
    : eachUnit(each.map((v) => `h[unit * ${V}u + ${v}u] = states[u * ${V}u + ${v}u];`).join(' '));
  return {
    name: `recurrent forward, loop (${mode})`,
    params: loopParams,
    buffers: buffersOf(variant),
    code: `
${activations(vectors)}
var<workgroup> h: array<${type}, ${S * V}>;
${P ? `var<workgroup> hidden_: array<${type}, ${H * V}>;` : ''}

${loopMain({ threads, rows })}
  ${P ? '' : `var states: array<${type}, ${units * V}>;`}
  ${lstm ? `var c: array<${type}, ${units * V}>;` : ''}
  ${eachState(each.map((v) => `h[k * ${V}u + ${v}u] = ${gather(vectors, v, (n) => `hN[${n} * ${S}u + k]`)};`).join(' '))}
  ${lstm ? eachUnit(each.map((v) => `c[u * ${V}u + ${v}u] = ${gather(vectors, v, (n) => `cN[${n} * ${H}u + unit]`)};`).join(' ')) : ''}
  workgroupBarrier();
  for (var s = params.first; s < params.first + params.count; s++) {
    let t = ${timeOf(reverse, 's')};
    ${declareRunning(vectors, hasLengths)}
    ${compute}
    workgroupBarrier();
    ${advance}
    workgroupBarrier();
  }
  ${eachState(each.map((v) => scatter(vectors, v, `h[k * ${V}u + ${v}u]`, (n, part) => `hN[${n} * ${S}u + k] = ${part};`)).join(' '))}
  ${lstm ? eachUnit(each.map((v) => scatter(vectors, v, `c[u * ${V}u + ${v}u]`, (n, part) => `cN[${n} * ${H}u + unit] = ${part};`)).join(' ')) : ''}
}`,
  };
});

const gatesOf = (gates: number, code: (gate: number) => string): string =>
  Array.from({ length: gates }, (_, gate) => code(gate)).join('\n          ');
