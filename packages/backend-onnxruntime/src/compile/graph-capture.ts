import { Tensor, type TensorInfo, tensor, Variable } from '@tensorflow/tfjs-core';
import { type Capture, type HostState, mapTensors, Place } from '@unroll/backend/contract';
import { onRollback, type Undo } from '@unroll/backend/operations';
import type { RunNumbers } from '@unroll/onnx';
import type { Recorder } from '../calls/recorder.ts';
import type { GraphRunner } from '../execution/graph-runner.ts';
import { type GraphPlan, planGraph } from '../graphs/graph-plan.ts';
import { areStillShared, packNumbers } from '../graphs/numbers.ts';
import type { GraphInput } from '../graphs/places.ts';
import { type RecordedOp, Value } from '../recording/recorded.ts';
import { inputTypes, keyOf, loweringOf, structureOf } from '../recording/recorded-op.ts';
import { type Recording, sourcesOf } from '../recording/recording.ts';
import type { TensorData } from '../recording/tensor-data.ts';
import type { Trace } from './trace.ts';

type DataId = TensorInfo['dataId'];

/** The source of a value at each replay. */
type Origin =
  | { readonly argument: number }
  | { readonly variable: Variable }
  /** A tensor from outside the function, as long as it lives */
  | { readonly outside: Value; readonly dataId: DataId | undefined }
  /** Numbers that the function uploaded */
  | { readonly constant: Value }
  /** An output of the graph */
  | { readonly output: number };

/** A result as a replay returns it: a tensor that existed before, or a new one. */
type ResultSpec =
  | { readonly same: Tensor | { readonly argument: number } }
  | { readonly from: Origin; readonly shape: readonly number[]; readonly dtype: Tensor['dtype'] };

interface Assignment {
  readonly variable: Variable;
  readonly from: Origin;
}

/** The parts of the backend that captures need. */
interface CaptureOptions {
  readonly data: TensorData;
  readonly recording: Recording;
  readonly recorder: Recorder;
  readonly graphs: GraphRunner;
}

/**
 * A traced function: its graph, the sources of the graph's inputs, and the destinations of its outputs and other
 * results.
 */
export class GraphCapture implements Capture {
  readonly template: unknown;
  readonly isPure: boolean;
  readonly #options: CaptureOptions;
  readonly #plan: GraphPlan;
  readonly #sources: readonly Origin[];
  readonly #results: readonly ResultSpec[];
  readonly #assignments: readonly Assignment[];
  readonly #hostState: HostState;
  /** The variables that the function uses, and whether each was trainable at the capture */
  readonly #variables: ReadonlyMap<Variable, boolean>;
  /** Values that are kept for replays */
  readonly #held = new Set<Value>();

  /** @param isPure whether the function uploads the same numbers in every call */
  constructor(options: CaptureOptions, trace: Trace, isPure: boolean) {
    this.#options = options;
    this.isPure = isPure;
    this.#hostState = trace.hostState;
    const ops = trace.ops.filter((op) => op.state !== 'dropped');
    const passedOn = new Set<Value>();
    const dataOf = ({ dataId }: { dataId: DataId }): Value => options.data.get(dataId);
    mapTensors(trace.result, (result) => passedOn.add(dataOf(result)));
    for (const variable of trace.assigned) passedOn.add(dataOf(variable));
    const plan = planGraph(ops, (value) => passedOn.has(value));
    this.#plan = plan;

    // Variables are found by their stand-ins, because their own values may have been assigned.
    const argumentOf = new Map(
      trace.argumentTensors.flatMap((tensor, i) => (tensor instanceof Variable ? [] : [[dataOf(tensor), i]])),
    );
    const outputOf = new Map(plan.outputs.map((value, i) => [value, i]));
    const originOf = (value: Value, dataId?: DataId): Origin => {
      const variable = trace.variableOf.get(value);
      if (variable) return { variable };
      const argument = argumentOf.get(value);
      if (argument !== undefined) return { argument };
      const output = outputOf.get(value);
      if (output !== undefined) return { output };
      return trace.constants.has(value) ? { constant: value } : { outside: value, dataId };
    };
    const results = new Map<Tensor, ResultSpec>();
    const places = new Map<Tensor, Place>();
    this.template = mapTensors(trace.result, (result) => {
      // A tensor that is returned twice stays one tensor.
      const place = places.get(result) ?? new Place(places.size);
      places.set(result, place);
      results.set(result, resultSpec(trace, result, originOf(dataOf(result), result.dataId)));
      return place;
    });
    this.#results = [...results.values()];
    this.#assignments = trace.assigned.map((variable) => ({
      variable,
      from: originOf(dataOf(variable), variable.dataId),
    }));
    this.#sources = plan.inputs.map(({ value }) => originOf(value));
    const used = this.#origins().flatMap((origin) => ('variable' in origin ? [origin.variable] : []));
    const variables = [...used, ...this.#assignments.map(({ variable }) => variable)];
    this.#variables = new Map(variables.map((variable) => [variable, variable.trainable]));
    for (const origin of this.#origins()) {
      const held = 'constant' in origin ? origin.constant : 'outside' in origin ? origin.outside : undefined;
      if (!held || this.#held.has(held)) continue;
      this.#held.add(held);
      options.recording.hold(held);
    }
  }

  #origins(): Origin[] {
    return [
      ...this.#sources,
      ...this.#results.flatMap((result) => ('from' in result ? [result.from] : [])),
      ...this.#assignments.map(({ from }) => from),
    ];
  }

  isValid(): boolean {
    if (!this.#hostState.isUnchanged()) return false;
    for (const [variable, trainable] of this.#variables) {
      if (variable.isDisposed || variable.trainable !== trainable) return false;
      if (!this.#options.data.has(variable.dataId)) return false;
    }
    for (const origin of this.#origins()) {
      if ('outside' in origin && origin.outside.refCount === 0) return false;
    }
    return this.#results.every(
      (result) => !('same' in result && result.same instanceof Tensor && result.same.isDisposed),
    );
  }

  first(args: readonly Tensor[]): Tensor[] {
    return this.#run(args, [() => this.#hostState.undo('as failed')]);
  }

  replay(args: readonly Tensor[]): Tensor[] | undefined {
    const disposed = args.findIndex((argument) => argument.isDisposed);
    if (disposed >= 0) throw new Error(`compile: tensor ${disposed + 1} of the arguments is disposed`);
    this.#check(args);
    const undos: Undo[] = [];
    for (const effect of this.#hostState.effects) undos.push(effect());
    const differs = this.#plan.ops.some(
      (op) => this.#isLive(op) && keyOf(op.kernel, structureOf(op)) !== op.key,
    );
    if (differs || !areStillShared(this.#plan.calls, this.#numbersNow)) {
      for (const undo of undos.reverse()) undo();
      return undefined;
    }
    return this.#run(
      args,
      undos.filter(({ outlivesFailure }) => !outlivesFailure),
    );
  }

  /** Whether a call's attributes change with host state. */
  #isLive({ attrs }: RecordedOp): boolean {
    return this.#hostState.liveAttrs.has(attrs as object);
  }

  /** A call's numbers, from its present attributes */
  readonly #numbersNow = (op: RecordedOp): readonly RunNumbers[] =>
    this.#isLive(op) ? (loweringOf(op)?.numbers?.(inputTypes(op), op.attrs) ?? []) : op.numbers;

  /** Checks the elements of inputs, as the function would: at once where they are computed, else later. */
  #check(args: readonly Tensor[]): void {
    this.#plan.inputs.forEach(({ value: { checks } }, i) => {
      if (checks.length === 0) return;
      const value = this.#input(i, args);
      for (const check of checks) {
        // The captured value itself has been checked.
        if (value.checks === checks) continue;
        if (value.isComputed) check(value.elements!);
        else value.checks.push(check);
      }
    });
  }

  #run(args: readonly Tensor[], undos: readonly Undo[]): Tensor[] {
    const { data } = this.#options;
    const computed = this.#compute(args);
    const tensorFrom = (from: Origin, shape: readonly number[], dtype: Tensor['dtype']): Tensor => {
      if ('constant' in from)
        return tensor(from.constant.elements!.slice() as Float32Array, [...shape], dtype);
      const dataId = 'output' in from ? computed[from.output]!.dataId : dataIdOf(from, args);
      data.incRef(dataId);
      return data.tensor(dataId, shape, dtype);
    };
    // All values that are passed on are taken before anything is assigned.
    const results = this.#results.map((result): Tensor => {
      if ('from' in result) return tensorFrom(result.from, result.shape, result.dtype);
      return result.same instanceof Tensor ? result.same : args[result.same.argument]!;
    });
    const values = this.#assignments.map(({ variable: { shape, dtype }, from }) =>
      tensorFrom(from, shape, dtype),
    );
    this.#assignments.forEach(({ variable }, i) => {
      variable.assign(values[i]!);
      values[i]!.dispose();
    });
    for (const { dataId } of computed) data.letGo(dataId);
    const undo = (): void => {
      for (const back of undos.toReversed()) back();
    };
    // The assignments are computed together and fail together. The first one that can be rolled back calls `undo` for
    // all.
    this.#assignments.some(({ variable }) => onRollback(variable, undo));
    return results;
  }

  /** The value of one of the graph's inputs, in a run. */
  #input(index: number, args: readonly Tensor[]): Value {
    const source = this.#sources[index]!;
    if ('output' in source) throw new Error('compile: an output of the graph is not an input of it');
    if ('constant' in source) return source.constant;
    return 'outside' in source ? source.outside : this.#options.data.get(dataIdOf(source, args));
  }

  /** Records the graph's run. */
  #compute(args: readonly Tensor[]): TensorInfo[] {
    const { recorder, graphs } = this.#options;
    const plan = this.#plan;
    if (plan.outputs.length === 0) return [];
    const numbers = packNumbers(plan, this.#numbersNow);
    const inputs = plan.inputs.map(({ shape }, i): GraphInput => ({ value: this.#input(i, args), shape }));
    const outputs = plan.outputs.map(({ shape, dtype }) => new Value(shape, dtype));
    const operands = inputs.map(({ value, shape }, i) => ({ name: `i${i}`, value, shape }));
    const run = () => {
      const explain = async (error: unknown): Promise<never> => {
        throw (await this.#explain(inputs)) ?? error;
      };
      try {
        return graphs.run(plan, { inputs, outputs, numbers })?.catch(explain);
      } catch (error) {
        return explain(error);
      }
    };
    const kernel = 'compiled';
    return recorder.record({ kernel, attrs: {}, operands, outputs, how: run, key: kernel, numbers: [] });
  }

  /** Why a run has failed, in the function's words: a value that the graph computes does not pass its checks. */
  async #explain(inputs: readonly GraphInput[]): Promise<Error | undefined> {
    const given = new Map(this.#plan.inputs.map(({ value }, i) => [value, inputs[i]!.value]));
    const checked = this.#plan.ops.flatMap(({ operands }) => operands.map(({ value }) => value));
    for (const value of new Set(checked)) {
      if (value.checks.length === 0 || given.has(value)) continue;
      const needed = sourcesOf([value]);
      const part = planGraph(
        this.#plan.ops.filter((op) => needed.has(op)),
        (output) => output === value,
        { sharesNumbers: false },
      );
      const computed = new Value(value.shape, value.dtype);
      try {
        await this.#options.graphs.run(part, {
          inputs: part.inputs.map((input) => ({ ...input, value: given.get(input.value) ?? input.value })),
          outputs: [computed],
          numbers: packNumbers(part, this.#numbersNow),
        });
      } catch {
        continue; // Another value is the cause.
      }
      const failed = value.failedCheck(computed.elements!);
      if (failed) return failed;
    }
    return undefined;
  }

  dispose(): void {
    for (const value of this.#held) this.#options.recording.letGo(value);
    this.#held.clear();
  }
}

function resultSpec(trace: Trace, result: Tensor, from: Origin): ResultSpec {
  const argument = trace.argumentTensors.indexOf(result);
  if (argument >= 0) return { same: { argument } };
  if (result instanceof Variable || result.id < trace.firstTensorId) return { same: result };
  return { from, shape: [...result.shape], dtype: result.dtype };
}

function dataIdOf(
  origin: Exclude<Origin, { constant: Value } | { output: number }>,
  args: readonly Tensor[],
): DataId {
  if ('argument' in origin) return args[origin.argument]!.dataId;
  if ('variable' in origin) return origin.variable.dataId;
  return origin.dataId!;
}
