/** An axis of a copy (../common/strided_copy.ts): so many places, and the bytes from one to the next. */
@unmanaged
export class CopyAxis {
  count: i32;
  toStep: usize;
  fromStep: usize;
}
