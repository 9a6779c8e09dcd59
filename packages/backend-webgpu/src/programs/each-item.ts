/** Threads of a workgroup in programs that give each thread one item. */
const THREADS = 64;

/** Workgroups that WebGPU promises on an axis */
const MAX_WORKGROUPS = 65_535;

/**
 * The beginning of `main` in a program that gives each thread one item: `index`, below the parameter `size`. Numbers of items
 * go over two axes of workgroups, because one axis is not long enough.
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

/** Workgroups on two axes for so many items. */
export function workgroupsFor(items: number, perWorkgroup = THREADS): [number, number] {
  const count = Math.ceil(items / perWorkgroup);
  const rows = Math.ceil(count / MAX_WORKGROUPS);
  return [rows === 0 ? 0 : Math.ceil(count / rows), rows];
}
