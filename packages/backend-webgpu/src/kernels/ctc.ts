import { checkCtcTargets } from '@unroll/backend/contract';
import { workgroupsFor } from '../programs/each-item.ts';
import { joinLanes } from '../programs/lanes.ts';
import { isNaNFunction } from '../programs/not-a-number.ts';
import { defineProgram } from '../programs/program.ts';
import { contractKernel } from './webgpu-kernel.ts';

const THREADS = 64;

/**
 * A workgroup processes one row of the batch with the forward–backward algorithm of Graves et al. 2006, section 4.1, in
 * logarithms. Its threads share the 2·targetLength + 1 states of the lattice, then the classes.
 *
 * `paths` `[N, T + 2, 2S + 1]` holds, for each frame, the log-probabilities of the paths that have reached each state.
 * The last two rows hold, for two frames in turn, the log-probabilities of reaching an end in the frames after the
 * frame. `chains` `[N, 2S + 1]` link each label to the next state of the same label; the entry of the blank before a
 * label says whether the label is the first.
 */
export const ctcProgram = defineProgram({
  name: 'CTC loss',
  params: {
    steps: 'u32',
    rows: 'u32',
    classes: 'u32',
    width: 'u32',
    blank: 'i32',
    infinity: 'f32',
    notANumber: 'f32',
  },
  buffers: {
    logProbs: ['read', 'f32'],
    targets: ['read', 'i32'],
    inputLengths: ['read', 'i32'],
    targetLengths: ['read', 'i32'],
    paths: ['read_write', 'f32'],
    chains: ['read_write', 'u32'],
    loss: ['read_write', 'f32'],
    grad: ['read_write', 'f32'],
  },
  code: `
${isNaNFunction}
${joinLanes('join', { threads: THREADS, lanes: THREADS })}

/** Stands for log 0: −∞ − (−∞) would be NaN. */
const NEVER = -1e30;

fn label(n: u32, state: u32) -> i32 {
  if (state % 2u == 0u) { return params.blank; }
  return targets[n * params.width + state / 2u];
}
fn isClass(c: i32) -> bool { return c >= 0 && u32(c) < params.classes; }
/** Whether a state may be entered from two before it: a label other than the one before. */
fn skips(n: u32, state: u32) -> bool {
  if (state < 2u || state % 2u == 0u) { return false; }
  let own = label(n, state);
  return own != params.blank && own != label(n, state - 2u);
}
fn orNever(x: f32) -> f32 { return select(max(x, NEVER), params.notANumber, isNaN(x)); }
fn exponential(x: f32) -> f32 { return select(exp(x), params.notANumber, isNaN(x)); }
fn logProb(t: u32, n: u32, state: u32) -> f32 {
  let c = label(n, state);
  if (!isClass(c)) { return params.notANumber; }
  return orNever(logProbs[(t * params.rows + n) * params.classes + u32(c)]);
}
fn logAdd(a: f32, b: f32, c: f32) -> f32 {
  if (isNaN(a + b + c)) { return params.notANumber; }
  let largest = max(a, max(b, c));
  if (largest <= NEVER) { return NEVER; }
  return largest + log(exp(a - largest) + exp(b - largest) + exp(c - largest));
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(num_workgroups) workgroups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = workgroup.y * workgroups.x + workgroup.x;
  if (n >= params.rows) { return; }
  let steps = u32(clamp(inputLengths[n], 0, i32(params.steps)));
  let states = 2u * u32(clamp(targetLengths[n], 0, i32(params.width))) + 1u;
  let lattice = 2u * params.width + 1u;
  let alpha = n * (params.steps + 2u) * lattice;
  let beta = alpha + params.steps * lattice;
  let chain = n * lattice;

  for (var state = 2u * lane + 1u; state < states; state += ${2 * THREADS}u) {
    let own = label(n, state);
    var next = state + 2u;
    while (next < states && label(n, next) != own) { next += 2u; }
    var isFirst = own != params.blank;
    for (var other = 1u; other < state; other += 2u) { isFirst = isFirst && label(n, other) != own; }
    chains[chain + state] = next;
    chains[chain + state - 1u] = u32(isFirst);
  }

  for (var t = 0u; t < steps; t++) {
    let now = alpha + t * lattice;
    for (var state = lane; state < states; state += ${THREADS}u) {
      var reached = NEVER;
      if (t == 0u) {
        if (state < 2u) { reached = 0.0; }
      } else {
        let last = now - lattice + state;
        var one = NEVER;
        var two = NEVER;
        if (state >= 1u) { one = paths[last - 1u]; }
        if (skips(n, state)) { two = paths[last - 2u]; }
        reached = logAdd(paths[last], one, two);
      }
      paths[now + state] = orNever(reached + logProb(t, n, state));
    }
    storageBarrier();
    workgroupBarrier();
  }

  var total = NEVER;
  if (steps == 0u) {
    if (states == 1u) { total = 0.0; }
  } else {
    let end = alpha + (steps - 1u) * lattice + states - 1u;
    var beforeEnd = NEVER;
    if (states > 1u) { beforeEnd = paths[end - 1u]; }
    total = logAdd(paths[end], beforeEnd, NEVER);
  }
  let isImpossible = !isNaN(total) && total < 0.1 * NEVER;
  if (lane == 0u) { loss[n] = select(-total, params.infinity, isImpossible); }

  for (var s = 0u; s < steps; s++) {
    let t = steps - 1u - s;
    let now = beta + t % 2u * lattice;
    let after = beta + (t + 1u) % 2u * lattice;
    let reached = alpha + t * lattice;
    let place = (t * params.rows + n) * params.classes;
    for (var state = lane; state < states; state += ${THREADS}u) {
      var value = NEVER;
      if (s == 0u) {
        if (state + 2u >= states) { value = 0.0; }
      } else {
        var one = NEVER;
        var two = NEVER;
        if (state + 1u < states) { one = paths[after + state + 1u] + logProb(t + 1u, n, state + 1u); }
        if (state + 2u < states && skips(n, state + 2u)) {
          two = paths[after + state + 2u] + logProb(t + 1u, n, state + 2u);
        }
        value = logAdd(paths[after + state] + logProb(t + 1u, n, state), one, two);
      }
      paths[now + state] = value;
    }
    for (var c = lane; c < params.classes; c += ${THREADS}u) {
      grad[place + c] = select(exponential(logProbs[place + c]), params.notANumber, isImpossible);
    }
    storageBarrier();
    workgroupBarrier();
    var blanks = 0.0;
    for (var state = lane; state < states; state += ${THREADS}u) {
      if (label(n, state) == params.blank) { blanks += exponential(paths[reached + state] + paths[now + state] - total); }
    }
    blanks = join(blanks, lane, 0u);
    if (lane == 0u && !isImpossible) {
      let c = place + u32(params.blank);
      grad[c] = exponential(logProbs[c]) - blanks;
    }
    for (var first = 2u * lane + 1u; first < states; first += ${2 * THREADS}u) {
      let own = label(n, first);
      if (isImpossible || chains[chain + first - 1u] == 0u || !isClass(own)) { continue; }
      var posterior = 0.0;
      for (var state = first; state < states; state = chains[chain + state]) {
        posterior += exponential(paths[reached + state] + paths[now + state] - total);
      }
      let c = place + u32(own);
      grad[c] = exponential(logProbs[c]) - posterior;
    }
  }
  for (var t = steps; t < params.steps; t++) {
    for (var c = lane; c < params.classes; c += ${THREADS}u) { grad[(t * params.rows + n) * params.classes + c] = 0.0; }
  }
}`,
});

export const ctcLoss = contractKernel(
  'CtcLoss',
  ({ logProbs, targets, inputLengths, targetLengths }, { blank }, gpu) => {
    const [steps, rows, classes] = logProbs.shape;
    const width = targets.shape[1];
    gpu.checkValues([targets, targetLengths], (labels, lengths) =>
      checkCtcTargets(labels!, lengths!, classes),
    );
    const loss = gpu.output([rows]);
    const grad = gpu.output(logProbs.shape);
    const states = 2 * width + 1;
    gpu.run(ctcProgram, {
      buffers: {
        logProbs,
        targets,
        inputLengths,
        targetLengths,
        paths: gpu.scratch([rows, steps + 2, states]),
        chains: gpu.scratch([rows, states], 'int32'),
        loss,
        grad,
      },
      params: {
        steps,
        rows,
        classes,
        width,
        blank,
        infinity: Number.POSITIVE_INFINITY,
        notANumber: Number.NaN,
      },
      workgroups: workgroupsFor(rows, 1),
    });
    return { loss, grad };
  },
);
