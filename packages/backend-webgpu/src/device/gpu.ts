/** WebGPU's entry point, or the thing that this system lacks, in words for the user. */
export type FoundGpu = { readonly gpu: GPU } | { readonly missing: string };
