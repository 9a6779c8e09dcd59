/** Variables with which machines limit libraries of linear algebra and their threads. */
const holdingBack =
  /^(OPENBLAS|GOTO|MKL|BLIS|VECLIB|OMP|GOMP|KMP|DNNL|ONEDNN|ATEN|TORCH|PYTORCH|GLIBC_TUNABLES)(_|$)/;

/**
 * An environment without the variables that limit a peer. A peer then chooses by itself, and gets its threads as an
 * argument.
 */
export const fairEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !holdingBack.test(name)));
