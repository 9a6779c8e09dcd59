import { boundBuffers } from '../device/adapter.ts';
import { defineProgram, oncePer, type ParamType, type Program } from './program.ts';

/** The largest number of calls in one dispatch */
export const MAX_CALLS = 32;

const THREADS = 64;

/** Number of elements per workgroup */
const ELEMENTS = 4 * THREADS;

/**
 * The largest number of elements of a batched call. For larger tensors a separate dispatch costs nothing, and all calls
 * of a batch must fit on one axis of workgroups.
 */
export const MAX_ELEMENTS = 2 ** 18;

export const workgroupsOfCall = (size: number): number => Math.ceil(size / ELEMENTS);

/** An element-wise formula from which a program for many calls is made */
export interface BatchSource {
  readonly name: string;
  /** Numbers of a call, available as `params.name` in the formula */
  readonly params: Readonly<Record<string, ParamType>>;
  /** Tensors of a call; the formula gets one element of each under its name */
  readonly inputs: readonly string[];
  /** The inputs that are scalars */
  readonly scalars?: readonly string[];
  /** Tensors of which the formula assigns one element each */
  readonly outputs: readonly string[];
  /** WGSL */
  readonly formula: string;
}

export interface BatchProgram {
  readonly program: Program;
  /** Number of buffers in which the inputs of its calls may be */
  readonly buffers: number;
}

export const bufferName = (i: number): string => `from${i}`;
export const bufferOf = (input: string): string => `${input}Buffer`;
export const placeOf = (tensor: string): string => `${tensor}Place`;

/**
 * A program that processes many calls in one dispatch, each with its own tensors. A dispatch can bind only a few
 * buffers. So each input may be in any of `buffers` buffers, and all outputs are parts of one buffer. Each call's
 * parameters give the position of its tensors (buffer and element), the dispatch's number of calls, and the number
 * `first` of the call's first workgroup.
 */
function batchProgram(source: BatchSource, buffers: number): BatchProgram {
  const { name, params, inputs, scalars = [], outputs, formula } = source;
  const numbered = Array.from({ length: buffers }, (_, i) => i);
  const program = defineProgram({
    name,
    calls: MAX_CALLS,
    params: {
      count: 'u32',
      first: 'u32',
      size: 'u32',
      ...Object.fromEntries(inputs.flatMap((input) => [bufferOf(input), placeOf(input)].map(u32))),
      ...Object.fromEntries(outputs.map((output) => u32(placeOf(output)))),
      ...params,
    },
    buffers: {
      ...Object.fromEntries(numbered.map((i) => [bufferName(i), ['read', 'f32']] as const)),
      to: ['read_write', 'f32'],
    },
    code: `
fn element(buffer: u32, at: u32) -> f32 {
  switch buffer {
    ${numbered.map((i) => `case ${i}u: { return ${bufferName(i)}[at]; }`).join('\n    ')}
    default: { return 0.0; }
  }
}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  var call = 0u;
  while (call + 1u < calls[0].count && workgroup.x >= calls[call + 1u].first) { call++; }
  let params = calls[call];
  let begin = (workgroup.x - params.first) * ${ELEMENTS}u;
  let end = min(params.size, begin + ${ELEMENTS}u);
  for (var index = begin + lane; index < end; index += ${THREADS}u) {
    ${inputs
      .map((input) => {
        const at = `params.${placeOf(input)}${scalars.includes(input) ? '' : ' + index'}`;
        return `let ${input} = element(params.${bufferOf(input)}, ${at});`;
      })
      .join('\n    ')}
    ${outputs.map((output) => `var ${output} = 0.0;`).join('\n    ')}
    ${formula}
    ${outputs.map((output) => `to[params.${placeOf(output)} + index] = ${output};`).join('\n    ')}
  }
}`,
  });
  return { program, buffers };
}

const u32 = (name: string) => [name, 'u32'] as const;

/**
 * A program for many calls that depends on some choices. It is created once for each set of choices and each number of
 * bound buffers.
 */
export function batchPrograms<Choices extends object>(
  make: (choices: Choices) => BatchSource,
): (choices: Choices, gpu: { readonly device: GPUDevice }) => BatchProgram {
  const program = oncePer(({ choices, buffers }: { choices: Choices; buffers: number }) =>
    batchProgram(make(choices), buffers),
  );
  return (choices, { device }) => program({ choices, buffers: boundBuffers(device) - 1 });
}
