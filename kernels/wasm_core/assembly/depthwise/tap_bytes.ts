/** Bytes of a tap in the packed filter. */
export const TAP_BYTES: usize = 32;
