/** A workgroup whose threads share several outputs, `lanes` threads for each; both numbers are powers of 2. */
export interface Lanes {
  readonly threads: number;
  readonly lanes: number;
}

/** How an operation combines two numbers, in WGSL. */
export type Combine = (a: string, b: string) => string;

export const add: Combine = (a, b) => `${a} + ${b}`;

/**
 * WGSL: a function with which the lanes of each output combine their numbers into one, which all of them get. All
 * threads of the workgroup must call it. The order is the same each time. `lane` is the thread's position among the
 * lanes of its output.
 */
export function joinLanes(
  name: string,
  { threads, lanes }: Lanes,
  combine: Combine = add,
  type: 'f32' | 'i32' = 'f32',
): string {
  const outputs = threads / lanes;
  if (lanes === 1) return `fn ${name}(value: ${type}, lane: u32, output: u32) -> ${type} { return value; }`;
  return `
var<workgroup> ${name}Parts: array<${type}, ${threads}>;
fn ${name}(value: ${type}, lane: u32, output: u32) -> ${type} {
  let own = lane * ${outputs}u + output;
  workgroupBarrier();
  ${name}Parts[own] = value;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) {
      ${name}Parts[own] = ${combine(`${name}Parts[own]`, `${name}Parts[own + half * ${outputs}u]`)};
    }
    workgroupBarrier();
  }
  return ${name}Parts[output];
}`;
}

/** The least power of 2 that is at least as large as a number. */
export const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, least)));
