declare module '@size-limit/esbuild' {
  const plugins: Parameters<typeof import('size-limit').default>[0];
  export default plugins;
}
declare module '@size-limit/file' {
  const plugins: Parameters<typeof import('size-limit').default>[0];
  export default plugins;
}
