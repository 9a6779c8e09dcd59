/** The type of a number in a program's uniform buffer. */
export type ParamType = 'u32' | 'i32' | 'f32';

/** How a program uses a storage buffer, and the type of its elements, for example `['read', 'f32']`. */
export type BufferUse = readonly ['read' | 'read_write', 'f32' | 'i32' | 'u32' | 'vec4f'];

export interface ProgramSource {
  /** The name in profiles and error messages */
  readonly name: string;
  /** Numbers that change from call to call, available as `params.name` in the code */
  readonly params: Readonly<Record<string, ParamType>>;
  /** Number of calls per dispatch. If given, the code has their parameters as `calls`, an array of `Params`. */
  readonly calls?: number;
  /** Storage buffers: runtime-sized arrays with these names */
  readonly buffers: Readonly<Record<string, BufferUse>>;
  /** Whether one call dispatches the program once for each step of a sequence. If so, the code has `step`, from 0. */
  readonly stepped?: boolean;
  /** WGSL: everything but the declarations of parameters and buffers, with one entry point `main` */
  readonly code: string;
}

/** A compute program as WGSL. */
export interface Program extends ProgramSource {
  readonly wgsl: string;
}

/** Group 0 holds the parameters and the buffers, in their order. Group 1 holds the step, at a dynamic offset. */
export function defineProgram(source: ProgramSource): Program {
  const { params, calls, buffers, stepped = false, code } = source;
  const fields = Object.entries(params).map(([name, type]) => `${name}: ${type},`);
  const uniform = calls === undefined ? 'params: Params' : `calls: array<Params, ${calls}>`;
  const wgsl = [
    ...(fields.length > 0
      ? [`struct Params { @align(16) ${fields.join(' ')} }`, `@group(0) @binding(0) var<uniform> ${uniform};`]
      : []),
    ...Object.entries(buffers).map(
      ([name, [access, type]], i) =>
        `@group(0) @binding(${i + 1}) var<storage, ${access}> ${name}: array<${type}>;`,
    ),
    ...(stepped ? ['@group(1) @binding(0) var<uniform> step: u32;'] : []),
    code,
  ].join('\n');
  return { ...source, wgsl };
}

/** A value that depends on some choices, created once for each set of choices. */
export function oncePer<Choices extends object, Made>(
  make: (choices: Choices) => Made,
): (choices: Choices) => Made {
  const made = new Map<string, Made>();
  return (choices) => {
    const key = JSON.stringify(choices);
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(choices);
    made.set(key, fresh);
    return fresh;
  };
}

/** A program that depends on some choices, created once for each set of choices. */
export const programs = <Choices extends object>(
  make: (choices: Choices) => ProgramSource,
): ((choices: Choices) => Program) => oncePer((choices) => defineProgram(make(choices)));
