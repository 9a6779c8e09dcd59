/** Threads per workgroup in programs that give each thread one item. */
const THREADS = 64;

/** The number of workgroups per axis that WebGPU guarantees */
const MAX_WORKGROUPS = 65_535;

/**
 * The beginning of `main` in a program that gives each thread one item. It defines `index`, which is below the
 * parameter `size`. The workgroups span two axes, because one axis is not long enough.
 */
export const eachItem = `
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * ${THREADS}u + lane;
  if (index >= params.size) { return; }
`;

/** The number of workgroups on two axes for a number of items. */
export function workgroupsFor(items: number, perWorkgroup = THREADS): [number, number] {
  const count = Math.ceil(items / perWorkgroup);
  const rows = Math.ceil(count / MAX_WORKGROUPS);
  return [rows === 0 ? 0 : Math.ceil(count / rows), rows];
}
