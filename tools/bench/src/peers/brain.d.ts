declare module 'brain.js' {
  const brain: { recurrent: Record<string, unknown> };
  export default brain;
}
