import * as tf from '@tensorflow/tfjs-core';

/** The additional field of `tf.time`'s result: `program: milliseconds, program: milliseconds` */
interface Profile {
  getExtraProfileInfo?(): string;
}

/** Milliseconds by program, from the GPU's timestamps; undefined when it has none. */
export async function gpuTimes(run: () => tf.TensorContainer): Promise<Record<string, number> | undefined> {
  const profile = (await tf.time(() => tf.dispose(run()))) as Profile;
  const times: Record<string, number> = {};
  // Names of programs may contain commas.
  for (const [, name, milliseconds] of (profile.getExtraProfileInfo?.() ?? '').matchAll(
    /(.+?): ([\d.e+-]+)(?:, |$)/g,
  )) {
    times[name!] = (times[name!] ?? 0) + Number(milliseconds);
  }
  return Object.values(times).some((time) => time > 0) ? times : undefined;
}
