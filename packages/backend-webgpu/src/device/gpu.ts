/** WebGPU's entry point, or what this system lacks, in words for the person at the keyboard. */
export type FoundGpu = { readonly gpu: GPU } | { readonly missing: string };
