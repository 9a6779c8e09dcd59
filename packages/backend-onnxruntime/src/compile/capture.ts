import { engine, type Tensor, tensor_util, tidy, type Variable } from '@tensorflow/tfjs-core';
import { captureEffects } from '@unroll/backend';
import type { KernelLowering, RunNumbers, TensorTypes } from '@unroll/onnx';
import { type GraphInput, type GraphPlan, packNumbers, planGraph } from '../execution/graph-plan.ts';
import type { OnnxruntimeBackend } from '../onnxruntime-backend.ts';
import type { RecordedOp } from '../recording/recorded-op.ts';
import { Value } from '../recording/value.ts';

/** Where a replay takes an input of the graph from. */
type Source = { readonly argument: number } | { readonly variable: Variable } | { readonly constant: Value };
/** Where a replay puts an output of the graph. */
type Target = { readonly result: number } | { readonly variable: Variable };

type Results = readonly Tensor[];

/** What a function computed, to be computed again from other arguments, and from variables as they are then. */
export class Capture {
  readonly #backend: OnnxruntimeBackend;
  readonly #plan: GraphPlan;
  readonly #sources: readonly Source[];
  readonly #targets: readonly Target[];
  readonly #effects: readonly (() => void)[];
  readonly #results: readonly { readonly shape: readonly number[]; readonly dtype: Tensor['dtype'] }[];

  private constructor(
    backend: OnnxruntimeBackend,
    plan: GraphPlan,
    sources: readonly Source[],
    targets: readonly Target[],
    effects: readonly (() => void)[],
    results: Results,
  ) {
    this.#backend = backend;
    this.#plan = plan;
    this.#sources = sources;
    this.#targets = targets;
    this.#effects = effects;
    this.#results = results.map(({ shape, dtype }) => ({ shape, dtype }));
    for (const source of sources) if ('constant' in source) source.constant.uses++;
  }

  /** Calls the function once more, recording it, and returns its results beside the capture. */
  static of<Result>(
    backend: OnnxruntimeBackend,
    f: () => Result,
    args: readonly Tensor[],
  ): { capture: Capture; result: Result } {
    const dataOf = ({ dataId }: { dataId: object }): Value => backend.data.get(dataId);
    const variables = Object.values(engine().registeredVariables).filter((variable) => !variable.isDisposed);
    const before = new Map(variables.map((variable) => [variable, dataOf(variable)]));
    const argumentOf = new Map(args.map((tensor, i) => [dataOf(tensor), i]));
    const variableOf = new Map([...before].map(([variable, value]) => [value, variable]));

    let result: Result | undefined;
    let effects: readonly (() => void)[] = [];
    const recorded = backend.recording.capture(() => {
      ({ result, effects } = captureEffects(() => tidy(f as () => never)) as {
        result: Result;
        effects: readonly (() => void)[];
      });
    });
    const results = tensor_util.getTensorsInContainer(result as never) as Results;
    try {
      checkCaptured(backend, before, variables);
      const targets = new Map<Value, Target>();
      results.forEach((tensor, i) => {
        targets.set(checkedResult(dataOf(tensor), recorded), { result: i });
      });
      for (const [variable, value] of before) {
        if (dataOf(variable) !== value) targets.set(dataOf(variable), { variable });
      }
      const ops = recorded.filter((op) => !op.removed);
      const plan = planGraph(ops, (value) => targets.has(value));
      const sources = plan.inputs.map(({ value }): Source => {
        const argument = argumentOf.get(value);
        if (argument !== undefined) return { argument };
        const variable = variableOf.get(value);
        return variable ? { variable } : { constant: value };
      });
      const ordered = plan.outputs.map((value) => targets.get(value)!);
      return { capture: new Capture(backend, plan, sources, ordered, effects, results), result: result! };
    } catch (error) {
      for (const tensor of results) tensor.dispose();
      throw error;
    }
  }

  /** Whether the variables that it takes and sets are still there. */
  get isValid(): boolean {
    return [...this.#sources, ...this.#targets].every(
      (place) => !('variable' in place) || !place.variable.isDisposed,
    );
  }

  /** @returns the results, in the order in which the function returned them */
  replay(args: readonly Tensor[]): Tensor[] {
    const backend = this.#backend;
    for (const effect of this.#effects) effect();
    const numbers = packNumbers(this.#plan, numbersNow);
    const inputs = this.#plan.inputs.map(({ shape }, i): GraphInput => {
      const source = this.#sources[i]!;
      if ('constant' in source) return { value: source.constant, shape };
      const tensor = 'variable' in source ? source.variable : args[source.argument]!;
      return { value: backend.data.get(tensor.dataId), shape };
    });
    const outputs = this.#plan.outputs.map(({ shape, dtype }) => new Value(shape, dtype));
    const operands = inputs.map(({ value, shape }, i) => ({ name: `i${i}`, value, shape }));
    const infos = backend.recordRun('compiled', operands, outputs, () =>
      backend.executor.run(this.#plan, { inputs, outputs, numbers }),
    );
    const results: Tensor[] = [];
    this.#targets.forEach((target, i) => {
      if ('result' in target) {
        const { shape, dtype } = this.#results[target.result]!;
        results[target.result] = engine().makeTensorFromDataId(infos[i]!.dataId, [...shape], dtype);
      } else {
        const { variable } = target;
        const next = engine().makeTensorFromDataId(infos[i]!.dataId, variable.shape, variable.dtype);
        variable.assign(next);
        next.dispose();
      }
    });
    return results;
  }

  dispose(): void {
    for (const source of this.#sources) {
      if (!('constant' in source)) continue;
      source.constant.uses--;
      this.#backend.recording.drop(source.constant);
    }
  }
}

/** A call's numbers from its attributes as they are now. */
function numbersNow(op: RecordedOp): readonly RunNumbers[] {
  const { numbers } = op.how as KernelLowering;
  const types: TensorTypes = Object.fromEntries(
    op.operands.map(({ name, value, shape }) => [name, { shape, dtype: value.dtype }]),
  );
  return numbers?.(types, op.attrs) ?? [];
}

function checkCaptured(
  backend: OnnxruntimeBackend,
  before: ReadonlyMap<Variable, Value>,
  variables: readonly Variable[],
): void {
  const { impureRead } = backend;
  backend.impureRead = undefined;
  if (impureRead) throw impureRead;
  const created = Object.values(engine().registeredVariables).find(
    (variable) => !before.has(variable) && !variable.isDisposed,
  );
  if (created) {
    throw new Error(
      `compile: the function creates a variable (${created.name}) each time it is called; create it outside`,
    );
  }
  const gone = variables.find((variable) => variable.isDisposed);
  if (gone) throw new Error(`compile: the function disposes variable ${gone.name}; dispose it outside`);
}

/** A result has to come from the graph: what exists already would be the same in every replay. */
function checkedResult(value: Value, recorded: readonly RecordedOp[]): Value {
  if (value.source && recorded.includes(value.source)) return value;
  throw new Error(
    'compile: the function returns a tensor that it does not compute; return what it computes from its arguments and from ' +
      'variables',
  );
}
