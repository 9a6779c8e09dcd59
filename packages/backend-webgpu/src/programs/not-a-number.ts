/**
 * WGSL: whether a number is NaN, by its bits. Compilers may assume that there is no NaN. Then `x != x` becomes false,
 * and `min`, `max` and `clamp` may return the other number.
 */
export const isNaNFunction = `
fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
`;
