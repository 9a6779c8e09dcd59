import { type BufferUse, type ProgramSource, programs } from '../programs/program.ts';
import { cellBackward } from './cell.ts';
import { eachOwn, type LoopTile, loopMain, loopParams } from './loop-tile.ts';
import { activations, declareRunning, gather, rowVectors, scatter } from './row-vectors.ts';
import { gateCount, stateSize, timeOf, type Variant } from './variant.ts';

interface Choices {
  readonly variant: Variant;
  readonly tile: LoopTile;
  /** Number of gates that are in workgroup memory at the same time: all gates, or one after another */
  readonly gatesAtOnce: number;
}

/** Floats of workgroup memory that the program needs per row. */
export const loopBackwardFloats = (variant: Variant, gatesAtOnce: number): number =>
  gatesAtOnce * variant.hiddenSize + variant.projSize;

/** Buffers of all backward programs, loop and step. With a projection, `dProjected` initially holds `dy`. */
export function backwardBuffers(variant: Variant): Record<string, BufferUse> {
  const { mode, hasLengths, projSize } = variant;
  const gated = mode === 'lstm' || mode === 'gru';
  return {
    ...(projSize ? { dProjected: ['read_write', 'f32'] } : { dy: ['read', 'f32'] }),
    weightHh: ['read', 'f32'],
    ...(projSize && { weightHr: ['read', 'f32'] }),
    ...(gated ? { reserve: ['read', 'f32'] } : { y: ['read', 'f32'] }),
    ...(mode === 'gru' && { hPrev: ['read', 'f32'] }),
    ...(hasLengths && { lengths: ['read', 'i32'] }),
    dGates: ['read_write', 'f32'],
    ...(mode === 'gru' && { dGatesHh: ['read_write', 'f32'] }),
    dh0: ['read_write', 'f32'],
    ...(mode === 'lstm' && { dc0: ['read_write', 'f32'] }),
  } as Record<string, BufferUse>;
}

/**
 * Processes some rows backward through a piece of the sequence, in one dispatch.
 *
 *     dy [T, N, S], reserve ──┐                                       ┌── dGates [T·N, G·H]
 *     weightHh [G·H, S] ──────┤  a step's dGates: workgroup memory    │
 *                             └─ dh, dc: registers, k of W_hh's column ┘
 *
 * On entry, `dh0` and `dc0` hold the gradients of the state after the piece; on exit, those of the state before it.
 */
export const loopBackward = programs<Choices>(({ variant, tile, gatesAtOnce }): ProgramSource => {
  const { hiddenSize: H, projSize: P, reverse, hasLengths, mode } = variant;
  const { threads, rows } = tile;
  const S = stateSize(variant);
  const gates = gateCount(variant);
  const lstm = mode === 'lstm';
  const vectors = rowVectors(rows);
  const { each, count: V, type } = vectors;
  const units = Math.ceil(H / threads); // per thread
  const states = Math.ceil(S / threads);
  const zero = `${type}()`;
  const eachUnit = (code: string) => eachOwn(threads, H, 'unit', code);
  const eachState = (code: string) => eachOwn(threads, S, 'k', code);
  const own = (name: string, v: number) => `${name}[u * ${V}u + ${v}u]`;
  const perVector = (code: (v: number) => string) => each.map(code).join('\n      ');

  const put = (v: number) => (gate: number, value: string, hiddenValue: string) => {
    const place = (n: string) => `[(t * params.rows + ${n}) * ${gates * H}u + ${gate * H}u + unit]`;
    return `
      ${scatter(vectors, v, value, (n, part) => `dGates${place(n)} = ${part};`)}
      ${mode === 'gru' ? scatter(vectors, v, hiddenValue, (n, part) => `dGatesHh${place(n)} = ${part};`) : ''}
      gradients[(${gate}u * ${units}u + u) * ${V}u + ${v}u] = ${hiddenValue};`;
  };
  // The part of the previous state's gradient that does not pass through the gates; a row that does not run keeps its
  // gradient.
  const carry = (v: number) => `${own('dh', v)} = select(${own('dh', v)}, direct${v}, runs${v});`;
  const differentiate = P
    ? `
    ${eachState(
      perVector(
        (v) => `
      let arrived${v} = select(${zero}, ${gather(vectors, v, (n) => `dProjected[(t * params.rows + ${n}) * ${P}u + k]`)} + ${own('dh', v)}, runs${v});
      ${scatter(vectors, v, `arrived${v}`, (n, part) => `dProjected[(t * params.rows + ${n}) * ${P}u + k] = ${part};`)}
      dState[k * ${V}u + ${v}u] = arrived${v};
      ${own('dh', v)} = select(${own('dh', v)}, ${zero}, runs${v});`,
      ),
    )}
    workgroupBarrier();
    ${eachUnit(`
      ${perVector((v) => `var dHidden${v} = ${zero};`)}
      for (var k = 0u; k < ${P}u; k++) {
        let w = weightHr[k * ${H}u + unit];
        ${perVector((v) => `dHidden${v} += dState[k * ${V}u + ${v}u] * w;`)}
      }
      ${perVector((v) => cellBackward(variant, vectors, v, own('dc', v), put(v)))}`)}`
    : eachUnit(
        perVector(
          (v) => `
      let dHidden${v} = ${gather(vectors, v, (n) => `dy[(t * params.rows + ${n}) * ${S}u + unit]`)} + ${own('dh', v)};
      ${cellBackward(variant, vectors, v, own('dc', v), put(v))}
      ${carry(v)}`,
        ),
      );
  const parts = Math.ceil(gates / gatesAtOnce);
  const throughGates = Array.from({ length: parts }, (_, part) => {
    const first = part * gatesAtOnce;
    const present = Array.from({ length: Math.min(gatesAtOnce, gates - first) }, (_, i) => first + i);
    return `
    workgroupBarrier();
    ${eachUnit(
      present
        .map((gate) =>
          perVector(
            (v) =>
              `chunk[(${(gate - first) * H}u + unit) * ${V}u + ${v}u] = gradients[(${gate}u * ${units}u + u) * ${V}u + ${v}u];`,
          ),
        )
        .join('\n'),
    )}
    workgroupBarrier();
    ${eachState(`
      ${perVector((v) => `var sum${v} = ${zero};`)}
      for (var j = 0u; j < ${present.length * H}u; j++) {
        let w = weightHh[(${first * H}u + j) * ${S}u + k];
        ${perVector((v) => `sum${v} += chunk[j * ${V}u + ${v}u] * w;`)}
      }
      ${perVector((v) => `${own('dh', v)} += select(${zero}, sum${v}, runs${v});`)}`)}`;
  }).join('\n');
  return {
    name: `recurrent backward, loop (${mode})`,
    params: loopParams,
    buffers: backwardBuffers(variant),
    code: `
${activations(vectors)}
var<workgroup> chunk: array<${type}, ${gatesAtOnce * H * V}>;
${P ? `var<workgroup> dState: array<${type}, ${P * V}>;` : ''}

${loopMain({ threads, rows })}
  var gradients: array<${type}, ${gates * units * V}>;
  var dh: array<${type}, ${states * V}>;
  ${lstm ? `var dc: array<${type}, ${units * V}>;` : ''}
  ${eachState(perVector((v) => `${own('dh', v)} = ${gather(vectors, v, (n) => `dh0[${n} * ${S}u + k]`)};`))}
  ${lstm ? eachUnit(perVector((v) => `${own('dc', v)} = ${gather(vectors, v, (n) => `dc0[${n} * ${H}u + unit]`)};`)) : ''}
  for (var s = params.first; s < params.first + params.count; s++) {
    let t = ${timeOf(!reverse, 's')};
    ${declareRunning(vectors, hasLengths)}
    ${differentiate}
    ${throughGates}
  }
  ${eachState(perVector((v) => scatter(vectors, v, own('dh', v), (n, part) => `dh0[${n} * ${S}u + k] = ${part};`)))}
  ${lstm ? eachUnit(perVector((v) => scatter(vectors, v, own('dc', v), (n, part) => `dc0[${n} * ${H}u + unit] = ${part};`))) : ''}
}`,
  };
});
