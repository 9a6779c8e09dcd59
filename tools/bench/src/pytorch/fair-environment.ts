/** Variables by which machines hold libraries of linear algebra and their threads to less than they can. */
const holdingBack =
  /^(OPENBLAS|GOTO|MKL|BLIS|VECLIB|OMP|GOMP|KMP|DNNL|ONEDNN|ATEN|TORCH|PYTORCH|GLIBC_TUNABLES)(_|$)/;

/** An environment without variables that would hold a peer back: it chooses by itself, and gets its threads by argument. */
export const fairEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !holdingBack.test(name)));
